use super::*;
use crate::array::Array;
use crate::buffer::Contents;
use crate::dtype::DType;
use crate::error::Error;
use crate::layout::{Item, LayoutRef, Order, Slice};

fn read(text: &str) -> Result<Vec<Item>, Error> {
    let mut items = Items::new();
    parse(text.as_bytes(), &mut items)?;
    Ok(items.to_vec())
}

fn cut(start: Option<i64>, stop: Option<i64>, step: i64) -> Item {
    Item::Slice(Slice { start, stop, step })
}

#[test]
fn every_form_of_item_is_read() {
    let cases: [(&str, Vec<Item>); 12] = [
        ("", vec![Item::Ellipsis]),
        (" [ ] ", vec![Item::Ellipsis]),
        ("3", vec![Item::Integer(3)]),
        ("+3, -4", vec![Item::Integer(3), Item::Integer(-4)]),
        ("1:3", vec![cut(Some(1), Some(3), 1)]),
        (":", vec![cut(None, None, 1)]),
        ("::", vec![cut(None, None, 1)]),
        ("::-1 , ...", vec![cut(None, None, -1), Item::Ellipsis]),
        ("[newaxis,None]", vec![Item::NewAxis, Item::NewAxis]),
        (" 1 : 9 : 2 ,", vec![cut(Some(1), Some(9), 2)]),
        ("-9223372036854775808", vec![Item::Integer(i64::MIN)]),
        ("\t1\n", vec![Item::Integer(1)]),
    ];
    for (text, items) in cases {
        assert_eq!(read(text), Ok(items), "{text:?}");
    }
}

#[test]
fn every_fault_names_the_byte_it_is_at() {
    let cases = [
        ("1;2", 1),
        ("a", 0),
        ("1,,2", 2),
        (",", 0),
        ("1 2", 2),
        ("1:2:3:4", 5),
        ("..", 0),
        ("[1", 2),
        ("1]", 1),
        ("[1] 2", 4),
        ("-", 0),
        ("1:- 2", 2),
        ("1: -", 3),
        ("9223372036854775808", 0),
        ("0, 99999999999999999999", 3),
        ("1, -9223372036854775809", 3),
        ("newaxi", 0),
        ("none", 0),
        ("1.5", 1),
        ("\u{e9}", 0),
    ];
    for (text, at) in cases {
        match read(text) {
            Err(Error::Syntax { position, .. }) => assert_eq!(position, at, "{text:?}"),
            other => panic!("{text:?} gave {other:?}"),
        }
    }
}

#[test]
fn more_items_than_can_mean_anything_are_a_fault() {
    assert_eq!(read(&"None,".repeat(129)).map(|items| items.len()), Ok(129));
    assert!(matches!(read(&"None,".repeat(130)), Err(Error::Syntax { .. })));
}

#[test]
fn index_arrays_that_do_not_broadcast_are_named() {
    let source = LayoutRef { shape: &[5, 5], strides: &[40, 8], itemsize: 8 };
    let list = |count| Array::dense(DType::Int64, &[count], Order::C, Contents::Zero).unwrap();
    let (rows, columns) = (list(2), list(3));
    let items = [IndexItem::List(&rows), IndexItem::List(&columns)];
    let message = |join| {
        let outcome = Advanced::empty().read(source, &items, join, |_| 0);
        outcome.map_err(|error| error.to_string())
    };
    let expected = "index array 1, of shape (3,), does not broadcast with shape (2,) of those before it: \
                    axis 0 of the result is 2, not 3";
    assert_eq!(message(Join::Together), Err(expected.into()));
    assert_eq!(message(Join::Outer), Ok(()));
}
