//! Writes the C header and names the shared library.
//!
//! The header is one section for each file of `src/` listed here, in this order: the file's module
//! comment becomes the section's opening paragraph, cbindgen writes its types and functions. The
//! preamble (conventions, versions, attributes, the handle) is `src/preamble.h`. The result goes to
//! `$OUT_DIR/include/ndview.h`; a test compares it with the committed `include/ndview.h`.
//! Where each function begins goes to `$OUT_DIR/functions.rs`, for checked mode.

use std::path::{Path, PathBuf};
use std::{env, fs};

const SECTIONS: &[&str] = &[
    "status",
    "dtypes",
    "arrays",
    "views",
    "copies",
    "select",
    "join",
    "set",
    "sharing",
    "leases",
    "iterate",
    "spans",
    "exchange",
    "audit",
    "insight",
    "allocators",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=src");
    name_shared_library();
    write_header();
    write_functions();
}

/// Before 1.0 every minor version may change the ABI, afterwards every major one.
fn name_shared_library() {
    let (major, minor) = (version("MAJOR"), version("MINOR"));
    let abi = if major == "0" { format!("0.{minor}") } else { major };
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos" | "ios") => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libndview.{abi}.dylib");
        }
        Ok("windows") => {}
        _ => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libndview.so.{abi}");
            // Deleters and releases may run after a dlclose; the code they need stays mapped.
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
    }
}

fn version(part: &str) -> String {
    env::var(format!("CARGO_PKG_VERSION_{part}")).expect("cargo sets the version")
}

fn write_header() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets the folder"));
    let mut header = preamble(&contents(&root));
    for (number, section) in SECTIONS.iter().enumerate() {
        header += &section_text(&root, number + 1, section);
    }
    header += "#ifdef __cplusplus\n}\n#endif\n\n#endif /* NDVIEW_H */\n";

    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets the folder")).join("include");
    fs::create_dir_all(&out).expect("the build folder can be written");
    fs::write(out.join("ndview.h"), header).expect("the build folder can be written");
    println!("cargo::metadata=include={}", out.display());
}

fn section_path(root: &Path, section: &str) -> PathBuf {
    root.join("src").join(section).with_extension("rs")
}

/// File, line and name of every function of the header, sorted.
fn write_functions() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets the folder"));
    let mut files = SECTIONS.to_vec();
    files.sort();
    let mut table = String::from("&[\n");
    for section in files {
        let path = section_path(&root, section);
        let source = fs::read_to_string(&path).expect("every section has a file");
        for (at, line) in source.lines().enumerate() {
            if let Some((_, function)) = line.split_once("extern \"C\" fn ndv_") {
                let name = function.split(|c: char| c != '_' && !c.is_alphanumeric()).next();
                let name = name.expect("a text has a beginning");
                table += &format!("    (\"{section}.rs\", {}, \"ndv_{name}\"),\n", at + 1);
            }
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets the folder"));
    fs::write(out.join("functions.rs"), table + "]\n").expect("the build folder can be written");
}

fn section_text(root: &Path, number: usize, section: &str) -> String {
    let path = section_path(root, section);
    let source = fs::read_to_string(&path).expect("every section has a file");
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))
        .expect("cbindgen.toml is a valid configuration");
    let mut declarations = Vec::new();
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(&path)
        .generate()
        .unwrap_or_else(|error| panic!("{section}: {error}"))
        .write(&mut declarations);
    let declarations = String::from_utf8(declarations).expect("cbindgen writes UTF-8");
    format!("{}\n{}\n\n", opening(number, &source), tidy(declarations.trim()))
}

/// Short comments on one line, constants without blank lines between them, prototypes wrapped.
fn tidy(declarations: &str) -> String {
    let mut tidied = Vec::<String>::new();
    let mut lines = declarations.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("NDV_API") {
            let mut prototype = line.to_string();
            while !prototype.ends_with(';') {
                prototype += " ";
                prototype += lines.next().expect("a prototype ends in a semicolon").trim();
            }
            tidied.push(wrapped(&prototype));
        } else if line.trim() == "*/"
            && tidied.iter().rev().nth(1).is_some_and(|open| open.trim() == "/**")
        {
            let text = tidied.pop().expect("a comment has a line");
            let open = tidied.pop().expect("a comment begins");
            tidied.push(format!("{open} {} */", text.trim().trim_start_matches("* ")));
        } else if !(line.is_empty() && ends_in_constant(&tidied) && begins_constant(lines.peek())) {
            tidied.push(line.to_string());
        }
    }
    tidied.join("\n")
}

fn ends_in_constant(lines: &[String]) -> bool {
    lines.last().is_some_and(|line| line.starts_with("#define"))
}

/// A constant without a comment follows the one before it directly.
fn begins_constant(line: Option<&&str>) -> bool {
    line.is_some_and(|line| line.starts_with("#define"))
}

/// The attributes and the type of the result on one line, the name and the parameters below.
fn wrapped(prototype: &str) -> String {
    const WIDTH: usize = 88;
    let open = prototype.find('(').expect("a prototype has parameters");
    let start = prototype[..open].rfind([' ', '*']).map_or(0, |blank| blank + 1);
    let (head, call) = (prototype[..start].trim_end(), &prototype[start..]);
    let indent = open + 1 - start;
    let mut text = format!("{head}\n");
    let mut column = 0;
    for word in call.split_inclusive(", ") {
        if column > 0 && column + word.trim_end().len() > WIDTH {
            text.truncate(text.trim_end().len());
            text += &format!("\n{:indent$}", "");
            column = indent;
        }
        text += word;
        column += word.len();
    }
    text
}

/// The module comment of a section's file, as a C comment.
fn opening(number: usize, source: &str) -> String {
    let rule = "=".repeat(76);
    let mut text = format!("/* {rule}\n");
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    for (at, line) in lines.enumerate() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let line =
            if at == 0 { format!("{number}. {}", line.trim_end_matches('.')) } else { line.into() };
        text += format!(" * {line}").trim_end();
        text += "\n";
    }
    text + &format!(" * {rule} */\n")
}

fn preamble(contents: &str) -> String {
    let (major, minor, patch) = (version("MAJOR"), version("MINOR"), version("PATCH"));
    let text = PREAMBLE.replace("@SECTIONS@", contents);
    text.replace("@MAJOR@", &major).replace("@MINOR@", &minor).replace("@PATCH@", &patch)
}

/// The numbers and titles of all sections, as lines of a comment.
fn contents(root: &Path) -> String {
    const WIDTH: usize = 84;
    let titles = SECTIONS.iter().enumerate().map(|(number, section)| {
        let source = fs::read_to_string(section_path(root, section)).expect("a file a section");
        let title = source.lines().next().unwrap_or_default();
        let title = title.trim_start_matches("//!").trim().trim_end_matches('.');
        format!("{} {title}", number + 1)
    });
    let text = format!("The sections: {}.", titles.collect::<Vec<_>>().join(", "));
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a line");
        if last.len() + 1 + word.len() > WIDTH {
            lines.push(word.into());
        } else {
            *last += if last.is_empty() { "" } else { " " };
            *last += word;
        }
    }
    lines.iter().map(|line| format!(" * {line}\n")).collect()
}

const PREAMBLE: &str = include_str!("src/preamble.h");
