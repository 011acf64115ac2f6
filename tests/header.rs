//! The committed header is the one that the sources make.

#[test]
fn committed_header_is_what_the_build_writes() {
    let written = include_str!(concat!(env!("OUT_DIR"), "/include/ndview.h"));
    let committed = include_str!("../include/ndview.h");
    assert!(written == committed, "include/ndview.h is out of date: run `make header`");
}

#[test]
fn no_documentation_of_rust_leaks_into_the_header() {
    let header = include_str!("../include/ndview.h");
    for leak in ["](", "crate::", "`&", "# Safety", "Option<", "&mut"] {
        assert!(!header.contains(leak), "{leak} stands in include/ndview.h");
    }
}
