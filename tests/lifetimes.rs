//! Whoever gets a pointer from a function finds in its comment how long it is valid.

/// Comment and prototype of each function of the header.
fn functions() -> Vec<(&'static str, &'static str)> {
    let header = include_str!("../include/ndview.h");
    let ends = |text: &'static str| text.split_once(';').expect("a prototype ends").0;
    let comment = |before: &'static str| before.rsplit("/**").next().expect("a part is there");
    let starts = header.match_indices("\nNDV_API ").map(|(at, _)| at);
    starts.map(|at| (comment(&header[..at]), ends(&header[at..]))).collect()
}

fn returns_a_pointer(prototype: &str) -> bool {
    prototype.split('(').next().is_some_and(|result| result.contains('*'))
}

/// Of anything but an array: those are new references, as the header's opening says.
fn writes_a_pointer(prototype: &str) -> bool {
    prototype.contains("**") && !prototype.contains("ndv_array **")
}

#[test]
fn every_function_that_gives_a_pointer_says_how_long_it_is_valid() {
    let gives = |prototype: &str| returns_a_pointer(prototype) || writes_a_pointer(prototype);
    let givers: Vec<_> = functions().into_iter().filter(|(_, found)| gives(found)).collect();
    assert!(givers.len() >= 11, "{} functions give a pointer", givers.len());
    for (comment, prototype) in givers {
        let said = ["static.", "borrowed: valid", "the caller releases"];
        let comment = comment.to_lowercase();
        assert!(said.iter().any(|words| comment.contains(words)), "{comment}{prototype}");
    }
}
