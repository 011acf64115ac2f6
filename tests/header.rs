//! The committed header is the one that the sources make, and it is the manual: everything public
//! in it and in `ndview_c99.h` is documented.

const HEADER: &str = include_str!("../include/ndview.h");
const MACROS: &str = include_str!("../include/ndview_c99.h");

#[test]
fn committed_header_is_what_the_build_writes() {
    let written = include_str!(concat!(env!("OUT_DIR"), "/include/ndview.h"));
    assert!(written == HEADER, "include/ndview.h is out of date: run `make header`");
}

#[test]
fn no_documentation_of_rust_leaks_into_the_header() {
    for leak in ["](", "crate::", "`&", "# Safety", "Option<", "&mut"] {
        assert!(!HEADER.contains(leak), "{leak} stands in include/ndview.h");
    }
}

#[test]
fn every_function_says_what_it_does_and_since_when() {
    let functions = numbered(HEADER).filter(|(_, line)| line.starts_with("NDV_API "));
    let mut count = 0;
    for (number, line) in functions {
        let comment = comment_above(HEADER, number);
        assert!(comment.is_some(), "line {number}: no comment directly above {line}");
        let since = comment.unwrap_or_default().lines().any(|line| line.contains("* Since 0."));
        assert!(since, "line {number}: no `Since` above {line}");
        count += 1;
    }
    assert!(count >= 96, "{count} functions");
}

#[test]
fn every_constant_struct_and_field_is_documented() {
    let (_, sections) = HEADER.split_once("1. Status and version\n").expect("section 1 is there");
    for (name, text) in [("ndview.h", sections), ("ndview_c99.h", c_part(MACROS).as_str())] {
        let mut count = 0;
        for (number, line) in numbered(text).filter(|(_, line)| is_public(line)) {
            assert!(comment_above(text, number).is_some(), "{name}: no comment above {line}");
            count += 1;
        }
        assert!(count >= 30, "{name}: {count} lines");
    }
}

#[test]
fn the_header_has_no_function_bodies() {
    let allowed = ["typedef struct {", "extern \"C\" {"];
    for line in code_of(HEADER).lines().filter(|line| line.contains('{')) {
        assert!(allowed.contains(&line.trim()), "{line}");
    }
}

/// The rule for threads rests on it: whatever takes an array that is not const writes elements.
#[test]
fn only_writers_take_an_array_that_is_not_const() {
    let code = code_of(HEADER);
    for prototype in code.split("NDV_API ").skip(1) {
        let (name, parameters) = prototype.split_once('(').expect("a prototype has parameters");
        let name = name.rsplit([' ', '*', '\n']).next().unwrap_or_default();
        let parameters = parameters.split(')').next().unwrap_or_default();
        let writes = parameters
            .split(',')
            .map(str::trim)
            .any(|given| given.starts_with("ndv_array *") && !given.starts_with("ndv_array **"));
        const WRITERS: [&str; 8] = [
            "ndv_set",
            "ndv_fill",
            "ndv_put",
            "ndv_place",
            "ndv_data_mut",
            "ndv_span_of_mut",
            "ndv_release",
            "ndv_close",
        ];
        let is_writer = ![
            "ndv_set_allocator",
            "ndv_set_checked",
            "ndv_set_copy_hook",
            "ndv_set_plan",
            "ndv_set_threads",
        ]
        .contains(&name)
            && (name.ends_with("_into")
                || ["ndv_swap", "ndv_byteswap", "ndv_copy_where"].contains(&name)
                || WRITERS.iter().any(|writer| name.starts_with(writer)));
        assert_eq!(writes, is_writer, "{name}({parameters})");
    }
}

/// In checked mode an array is named after the function that a call began in: helpers between that
/// function and the call must pass their caller on.
#[test]
fn helpers_that_make_a_call_know_their_caller() {
    const CALLS: [&str; 5] =
        ["call(", "answer_into(", "call_for_array(", "call_for_arrays(", "array_of_array("];
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut helpers = 0;
    for source in sources.expect("the sources are there") {
        let path = source.expect("the sources can be listed").path();
        let text = std::fs::read_to_string(&path).expect("the sources can be read");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut function = ("", false);
        let mut attributes = "";
        for line in text.lines() {
            if line.starts_with("#[") {
                attributes = line;
            } else if line.contains("fn ") && !line.starts_with([' ', '/']) {
                let passes_on = attributes == "#[track_caller]";
                helpers += i32::from(passes_on);
                function = (line, passes_on || line.contains("extern \"C\" fn ndv_"));
                attributes = "";
            }
            let code = line.trim_start();
            let makes_a_call = !code.starts_with("//")
                && CALLS.iter().any(|call| {
                    code.match_indices(call).any(|(at, _)| {
                        code[..at].chars().last().is_none_or(|before| " ({|".contains(before))
                    })
                });
            assert!(!makes_a_call || function.1, "{}: {}: {line}", path.display(), function.0);
        }
    }
    assert!(helpers >= 10, "{helpers} helpers");
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate()
}

/// The comment that ends on the line before, if one does.
fn comment_above(text: &str, number: usize) -> Option<String> {
    let above = text.lines().take(number).collect::<Vec<_>>();
    above.last().filter(|line| line.ends_with("*/"))?;
    let start = above.iter().rposition(|line| line.trim_start().starts_with("/**"))?;
    Some(above[start..].join("\n"))
}

/// A constant or a macro, the beginning of a type, a field, an inline function.
fn is_public(line: &str) -> bool {
    // Prototypes go on at a deeper indent.
    let indent = line.len() - line.trim_start().len();
    let is_field = (indent == 2 || indent == 4) && line.ends_with(';');
    line.starts_with("#define NDV_")
        || line.starts_with("typedef ")
        || line.starts_with("static inline ")
        || is_field
}

/// A header without its comments.
fn code_of(header: &str) -> String {
    let after = |part: &str| part.split_once("*/").map(|(_, code)| code.to_string());
    let mut parts = header.split("/*");
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |code, part| code + &after(part).expect("a comment ends"))
}

/// What has the comments: no branch for C++, no inside of a function.
fn c_part(header: &str) -> String {
    let (mut in_cxx, mut in_body) = (false, false);
    let mut lines = Vec::new();
    for line in header.lines() {
        in_cxx = line == "#ifdef __cplusplus"
            || in_cxx && !line.starts_with("#else") && !line.starts_with("#endif");
        in_body &= line != "}";
        if !in_cxx && !in_body {
            lines.push(line);
        }
        in_body |= line.ends_with('{') && !line.starts_with("typedef ");
    }
    lines.join("\n")
}
