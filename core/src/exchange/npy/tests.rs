//! Headers, read and written; what needs files or arrays is tested from C and beside NumPy.

use super::header::{Header, Prefix, WholeHeader, parse, parse_prefix, prefix_bytes};
use super::{elements, load_memory};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{Order, check_shape};

/// A whole header: prefix and text.
fn whole_header(shape: &[i64], dtype: DType, order: Order) -> Result<(Vec<u8>, Vec<u8>)> {
    let header = WholeHeader::new(shape, dtype, order)?;
    let mut bytes = Vec::new();
    header.write(&mut |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    assert_eq!(bytes.len(), header.nbytes());
    assert_eq!(bytes.len() % 64, 0);
    let text = bytes.split_off(prefix_bytes(&bytes[..8])?);
    Ok((bytes, text))
}

fn read(text: &[u8]) -> Result<Header> {
    parse(Prefix { version: (1, 0), header_at: 10, header_bytes: text.len() }, text)
}

fn shape_of(tuple: &str) -> Result<Vec<i64>> {
    let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {tuple}, }}");
    Ok(read(text.as_bytes())?.shape.to_vec())
}

fn fault(result: Result<impl std::fmt::Debug>) -> (usize, &'static str) {
    match result {
        Err(Error::FileFormat { position, reason }) => (position, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_header_is_what_numpy_writes() {
    let (prefix, text) = whole_header(&[3, 4], DType::Float64, Order::C).unwrap();
    let dict = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }";
    assert_eq!(prefix, *b"\x93NUMPY\x01\x00\x76\x00");
    assert_eq!(std::str::from_utf8(&text).unwrap(), format!("{dict:<117}\n"));
}

#[test]
fn the_elements_begin_at_a_multiple_of_64_with_room_to_grow() {
    let shapes: [&[i64]; 6] = [&[], &[0], &[7], &[i64::MAX, 0], &[1; 64], &[100_000_000_000; 64]];
    for shape in shapes {
        for order in [Order::C, Order::F] {
            let (_, text) = whole_header(shape, DType::Int8, order).unwrap();
            let dict = text.iter().rposition(|&byte| byte == b'}').unwrap() + 1;
            let grown = if order == Order::F { shape.last() } else { shape.first() };
            let room = grown.map_or(0, |extent| 21 - extent.to_string().len());
            let padding = text.len() - dict - room - 1;
            assert!((1..=64).contains(&padding), "{shape:?}: {padding}");
        }
    }
}

#[test]
fn every_type_is_read_as_it_is_written() {
    for dtype in DType::ALL {
        let header = whole_header(&[2], dtype, Order::F);
        if dtype == DType::BFloat16 {
            assert!(matches!(header, Err(Error::SaveDType { .. })));
            continue;
        }
        let read = read(&header.unwrap().1).unwrap();
        assert_eq!((read.dtype, read.order, read.is_swapped()), (dtype, Order::F, false));
        assert_eq!(read.nbytes, 2 * dtype.itemsize());
    }
}

#[test]
fn any_spelling_that_python_allows_is_read() {
    let texts: [&[u8]; 8] = [
        b"{'descr':'<f8','fortran_order':False,'shape':(2,3)}",
        b"{\"shape\": (2, 3,), \"fortran_order\": False, \"descr\": \"<f8\"}",
        b" \t{ 'shape' :\n( 2\t,\x0c3 ) ,\r\n'descr' : '=f8' , 'fortran_order' : False , } \n",
        b"\n{'descr': 'f8', 'fortran_order': False, 'shape': (2L, 3 L), }",
        b"{'descr': '|f8', 'fortran_order': False, 'shape': (+2, 3)}",
        b"{'fortran_order': False, 'shape': (2, 3), 'descr': '<f8', }      \n      ",
        b"{ # comment\n'fortran_order': False, 'shape': (2, 3), 'descr': '<f8'} # end",
        b"{'fortran_order': False,\n\n'shape': (2, 3), 'descr': '<f8', }\n",
    ];
    for text in texts {
        let header = read(text).unwrap();
        assert_eq!((header.dtype, &header.shape[..]), (DType::Float64, &[2, 3][..]));
        assert_eq!((header.size(), header.nbytes, header.data_offset), (6, 48, 10 + text.len()));
    }
}

#[test]
fn shapes_are_tuples_of_extents() {
    assert_eq!(shape_of("()").unwrap(), []);
    assert_eq!(shape_of("(5,)").unwrap(), [5]);
    assert_eq!(shape_of("(-0, 00)").unwrap(), [0, 0]);
    assert_eq!(shape_of("(0, 9223372036854775807)").unwrap_err(), too_large());
    if cfg!(target_pointer_width = "64") {
        assert_eq!(shape_of("(0, 1152921504606846960)").unwrap(), [0, 1152921504606846960]);
    }
    let at = 50;
    let cases = [
        ("5", at, "a tuple is expected"),
        ("[5]", at, "a tuple is expected"),
        ("(5)", at + 3, "a tuple of one extent needs a comma"),
        ("(,)", at + 1, "an integer is expected"),
        ("(5,,)", at + 3, "an integer is expected"),
        ("(5 6)", at + 3, "a comma or the end of the tuple is expected"),
        ("(5.0,)", at + 2, "a comma or the end of the tuple is expected"),
        ("(05,)", at + 1, "an integer begins with a zero"),
        ("(4, -3)", at + 4, "an extent is negative"),
        ("(9223372036854775808,)", at + 1, "an extent does not fit in 64 bits"),
        ("(True, 2)", at + 1, "an integer is expected"),
        ("(4294967296, 4294967296)", at, "the shape needs more bytes than can be addressed"),
    ];
    for (tuple, position, reason) in cases {
        let position = position + 10;
        assert_eq!(fault(shape_of(tuple)), (position, reason), "{tuple}");
    }
    let many = |n: usize| format!("({})", "1,".repeat(n));
    assert_eq!(shape_of(&many(64)).unwrap(), [1; 64]);
    assert_eq!(fault(shape_of(&many(65))).1, "the shape has more than 64 axes");
}

fn too_large() -> Error {
    assert!(check_shape(&[0, i64::MAX], 8).is_err());
    Error::FileFormat { position: 60, reason: "the shape needs more bytes than can be addressed" }
}

#[test]
fn a_malformed_dict_is_refused_where_it_is_malformed() {
    let cases: [(&str, usize, &str); 12] = [
        ("", 0, "a dict is expected"),
        ("[]", 0, "a dict is expected"),
        ("{}", 1, "the key descr is missing"),
        ("{'descr': 'f8'}", 14, "the key fortran_order is missing"),
        ("{'descr': 'f8', 'fortran_order': True}", 37, "the key shape is missing"),
        ("{'descr': 'f8', 'descr': 'f8'}", 16, "a key is repeated"),
        ("{'colour': 1}", 1, "a key other than descr, fortran_order and shape"),
        ("{'descr' 'f8'}", 9, "a colon is expected"),
        ("{'descr': 'f8' 'shape'}", 15, "a comma or the end of the dict is expected"),
        ("{'fortran_order': 1}", 18, "True or False is expected"),
        ("{'descr': 'f8", 13, "a string does not end"),
        ("{'descr': 7}", 10, "the descr is no string"),
    ];
    for (text, position, reason) in cases {
        assert_eq!(fault(read(text.as_bytes())), (10 + position, reason), "{text}");
    }
    let whole = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } x";
    assert_eq!(fault(read(whole)), (70, "something follows the dict"));
}

#[test]
fn types_without_a_counterpart_are_told_from_nonsense() {
    let read = |descr: &str| read(format!("{{'descr': {descr}, ").as_bytes());
    for descr in [
        "'|O'",
        "'<U5'",
        "'|S10'",
        "'S'",
        "'|V'",
        "'|V0'",
        "'<M8[ns]'",
        "'m8'",
        "'<f16'",
        "'<c32'",
        "[('a', '|O')]",
        "[(('title', 'a'), '<f8')]",
        "[]",
        "('<f8', (2,))",
    ] {
        assert!(matches!(read(descr), Err(Error::FileDType { .. })), "{descr}");
    }
    for descr in
        ["'f9'", "'i16'", "'<'", "''", "'8'", "'u'", "'<<f8'", "'f08'", "'banana'", "'f8 '"]
    {
        assert_eq!(fault(read(descr)), (20, "the descr names no element type"), "{descr}");
    }
}

#[test]
fn python_2_suffixes_are_not_read_in_version_3() {
    let text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }";
    assert!(read(text).is_ok());
    let prefix = Prefix { version: (3, 0), header_at: 12, header_bytes: text.len() };
    assert!(parse(prefix, text).is_err());
}

#[test]
fn version_3_is_utf_8() {
    let text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } # \xe9";
    assert!(read(text).is_ok());
    let prefix = Prefix { version: (3, 0), header_at: 12, header_bytes: text.len() };
    assert_eq!(fault(parse(prefix, text)), (12 + 60, "the header is not UTF-8"));
}

#[test]
fn a_prefix_tells_version_and_length() {
    let prefix = parse_prefix(b"\x93NUMPY\x02\x00\x10\x27\x00\x00").unwrap();
    assert_eq!(prefix, Prefix { version: (2, 0), header_at: 12, header_bytes: 10_000 });
    assert_eq!(fault(parse_prefix(b"\x93NUMPY\x01\x00\x11\x27")).0, 8);
    assert_eq!(fault(prefix_bytes(b"\x93NUMPX\x01\x00")).0, 5);
    assert_eq!(fault(prefix_bytes(b"PK")).0, 0);
    assert_eq!(fault(prefix_bytes(b"\x93NUMPY\x04\x00")).0, 6);
    assert_eq!(fault(prefix_bytes(b"\x93NUMPY\x01\x01")).0, 6);
    let found = |n| Error::FileTruncated { expected: 10, found: n };
    assert_eq!(prefix_bytes(b""), Err(found(0)));
    assert_eq!(prefix_bytes(b"\x93NUMPY\x01"), Err(found(7)));
}

#[test]
fn every_cut_of_a_file_is_truncated() {
    let (prefix, text) = whole_header(&[3], DType::Int16, Order::C).unwrap();
    let file = [&prefix[..], &text, &[1, 0, 2, 0, 3, 0]].concat();
    assert!(load_memory(&file).is_ok());
    for length in 0..file.len() {
        let Err(Error::FileTruncated { expected, found }) = load_memory(&file[..length]) else {
            panic!("{length} bytes");
        };
        assert!(expected > length as u64 && found <= length as u64, "{length} bytes");
    }
}

#[test]
fn bytes_are_swapped_number_by_number() {
    let swapped = |number| {
        let mut bytes = [0, 1, 2, 3, 4, 5, 6, 7];
        elements::swap_bytes(&mut bytes, number);
        bytes
    };
    assert_eq!(swapped(1), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(swapped(2), [1, 0, 3, 2, 5, 4, 7, 6]);
    assert_eq!(swapped(4), [3, 2, 1, 0, 7, 6, 5, 4]);
    assert_eq!(swapped(8), [7, 6, 5, 4, 3, 2, 1, 0]);
}
