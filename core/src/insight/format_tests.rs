//! Expected texts are those of NumPy 2.4's `array2string`, under the same options.

use super::{FloatMode, FormatOptions, Shown, Sign, format};
use crate::dtype::DType;
use half::{bf16, f16};
use std::fmt;

const DEFAULT: FormatOptions = FormatOptions {
    precision: 8,
    float_mode: FloatMode::Unique,
    suppress_small: false,
    threshold: 1000,
    edge_items: 3,
    line_width: 75,
    sign: Sign::Minus,
};

/// The text of a C-contiguous array.
fn text<T>(dtype: DType, shape: &[i64], values: &[T], options: FormatOptions) -> String {
    let mut strides = vec![0; shape.len()];
    let mut stride = dtype.itemsize() as i64;
    for axis in (0..shape.len()).rev() {
        strides[axis] = stride;
        stride *= shape[axis];
    }
    assert_eq!(stride as usize, size_of_val(values));
    let data = values.as_ptr().cast();
    let mut out = String::new();
    // SAFETY: the shape has exactly the bytes of `values`.
    unsafe { format(&Shown { data, dtype, shape, strides: &strides }, &options, &mut out) }
        .unwrap();
    out
}

#[track_caller]
fn assert_row<T>(dtype: DType, values: &[T], options: FormatOptions, expected: &str) {
    assert_eq!(text(dtype, &[values.len() as i64], values, options), expected);
}

#[test]
fn the_default_options_lose_no_digit() {
    assert_eq!(FormatOptions::default(), DEFAULT);
    assert_row(DType::Float64, &[1.0 / 3.0], DEFAULT, "[0.3333333333333333]");
}

#[test]
fn integers_and_booleans_share_the_width_of_the_longest() {
    assert_row(DType::Bool, &[true, false], DEFAULT, "[ True False]");
    assert_row(DType::Int8, &[-128i8, 0, 127], DEFAULT, "[-128    0  127]");
    assert_row(DType::Int16, &[i16::MIN, 1], DEFAULT, "[-32768      1]");
    assert_row(DType::Int32, &[i32::MAX, 1], DEFAULT, "[2147483647          1]");
    let extremes = "[-9223372036854775808                    1]";
    assert_row(DType::Int64, &[i64::MIN, 1], DEFAULT, extremes);
    assert_row(DType::UInt8, &[255u8, 7], DEFAULT, "[255   7]");
    assert_row(DType::UInt16, &[65535u16, 7], DEFAULT, "[65535     7]");
    assert_row(DType::UInt32, &[u32::MAX, 7], DEFAULT, "[4294967295          7]");
    let extremes = "[                   0 18446744073709551615]";
    assert_row(DType::UInt64, &[0, u64::MAX], DEFAULT, extremes);
}

#[test]
fn every_floating_type_shows_the_digits_it_needs() {
    let half = |values: [f32; 3]| values.map(|value| f16::from_f32(value).to_bits());
    let brain = |values: [f32; 3]| values.map(|value| bf16::from_f32(value).to_bits());
    let small = "[1.00e-01 6.55e+04 5.96e-08]";
    assert_row(DType::Float16, &half([0.1, 65504.0, 5.96e-8]), DEFAULT, small);
    assert_row(DType::Float16, &half([0.1, 1.1, 99.0]), DEFAULT, "[ 0.1  1.1 99. ]");
    assert_row(DType::BFloat16, &brain([0.1, 3.1406, 99.0]), DEFAULT, "[ 0.1   3.14 99.  ]");
    assert_row(DType::BFloat16, &brain([3e38, 1e-38, 1.0]), DEFAULT, "[3.e+38 1.e-38 1.e+00]");
    assert_row(DType::Float32, &[0.1f32, 1.0 / 3.0], DEFAULT, "[0.1        0.33333334]");
    assert_row(DType::Float64, &[0.1, 1.5, -2.0], DEFAULT, "[ 0.1  1.5 -2. ]");
}

#[test]
fn exponents_are_for_large_and_small_numbers_and_wide_ranges() {
    let cases: [(&[f64], &str); 6] = [
        (&[1e8, 1.0], "[1.e+08 1.e+00]"),
        (&[1e-5, 1.0], "[1.e-05 1.e+00]"),
        (&[1e-3, 1.0], "[0.001 1.   ]"),
        (&[1e-3, 1.1], "[1.0e-03 1.1e+00]"),
        (&[1e-300, 5e-324], "[1.e-300 5.e-324]"),
        (&[1e-5, 1.2345678901234567e5], "[1.0000000000000001e-05 1.2345678901234567e+05]"),
    ];
    for (values, expected) in cases {
        assert_row(DType::Float64, values, DEFAULT, expected);
    }
}

#[test]
fn digits_of_a_power_of_two_are_those_that_read_back() {
    let options = FormatOptions { float_mode: FloatMode::MaxPrec, precision: 15, ..DEFAULT };
    let values = [2f64.powi(-24), 1.1];
    assert_row(DType::Float64, &values, options, "[5.960464477539063e-08 1.100000000000000e+00]");
}

#[test]
fn nan_infinity_and_negative_zero_stand_in_the_column() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let cases: [(&[f64], &str); 4] = [
        (&[nan, inf, -inf, -0.0, 1.0], "[ nan  inf -inf  -0.   1.]"),
        (&[nan, inf], "[nan inf]"),
        (&[nan, -inf, 1e20], "[   nan   -inf 1.e+20]"),
        (&[-nan, 0.0], "[nan  0.]"),
    ];
    for (values, expected) in cases {
        assert_row(DType::Float64, values, DEFAULT, expected);
    }
}

#[test]
fn the_parts_of_complex_numbers_are_two_columns() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let values = [[1.0, 2.0], [-0.5, -1e3]];
    assert_row(DType::Complex128, &values, DEFAULT, "[ 1.    +2.j -0.5-1000.j]");
    let values = [[nan, -inf], [0.0, 1.25]];
    assert_row(DType::Complex128, &values, DEFAULT, "[nan -infj  0.+1.25j]");
    let values = [[0.1f32, -0.1], [1.0, 2.5]];
    assert_row(DType::Complex64, &values, DEFAULT, "[0.1-0.1j 1. +2.5j]");
}

#[test]
fn float_modes_choose_the_number_of_digits() {
    let cases = [
        (FloatMode::Fixed, 4, "[0.1000 0.3333 2.5000]"),
        (FloatMode::Fixed, 0, "[0. 0. 2.]"),
        (FloatMode::Unique, 4, "[0.1                0.3333333333333333 2.5               ]"),
        (FloatMode::MaxPrec, 4, "[0.1    0.3333 2.5   ]"),
        (FloatMode::MaxPrec, 17, "[0.1                0.3333333333333333 2.5               ]"),
        (FloatMode::MaxPrecEqual, 4, "[0.1000 0.3333 2.5000]"),
    ];
    for (float_mode, precision, expected) in cases {
        let options = FormatOptions { float_mode, precision, ..DEFAULT };
        assert_row(DType::Float64, &[0.1, 1.0 / 3.0, 2.5], options, expected);
    }
}

#[test]
fn any_precision_is_served() {
    let fixed = |precision| FormatOptions { float_mode: FloatMode::Fixed, precision, ..DEFAULT };
    assert_row(DType::Float64, &[0.1], fixed(20), "[0.10000000000000000555]");
    let all_digits = text(DType::Float64, &[1], &[5e-324], fixed(u16::MAX));
    assert_eq!(all_digits.len(), "[4.e-324]".len() + usize::from(u16::MAX));
}

#[test]
fn suppressed_small_numbers_round_to_zero() {
    let float_mode = FloatMode::MaxPrec;
    let options = FormatOptions { suppress_small: true, float_mode, ..DEFAULT };
    assert_row(DType::Float64, &[1e-10, 1.0, 100.0], options, "[  0.   1. 100.]");
    assert_row(DType::Float64, &[5e-9, 1.5], options, "[0.00000001 1.5       ]");
    assert_row(DType::Float64, &[1e-10, 1e8], options, "[1.e-10 1.e+08]");
}

#[test]
fn signs_stand_before_numbers_that_are_not_negative() {
    let plus = FormatOptions { sign: Sign::Plus, ..DEFAULT };
    let space = FormatOptions { sign: Sign::Space, ..DEFAULT };
    assert_row(DType::Float64, &[1.0, -2.0], plus, "[+1. -2.]");
    assert_row(DType::Float64, &[f64::NAN, 1.0], plus, "[+nan  +1.]");
    assert_row(DType::Int64, &[1i64, 20], plus, "[ +1 +20]");
    assert_row(DType::Float64, &[1.0, 2.0], space, "[ 1.  2.]");
    assert_row(DType::Float64, &[1.0, -2.0], space, "[ 1. -2.]");
    assert_row(DType::Int64, &[1i64, 20], space, "[  1  20]");
    assert_row(DType::Int64, &[1i64, -20], space, "[  1 -20]");
}

#[test]
fn an_array_without_axes_is_its_elements_own_text() {
    assert_eq!(text(DType::Bool, &[], &[true], DEFAULT), "True");
    assert_eq!(text(DType::Int64, &[], &[7i64], DEFAULT), "7");
    // From NumPy's `str`.
    let float64 = [
        (1.0, "1.0"),
        (1.5, "1.5"),
        (-0.0, "-0.0"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
        (1e-5, "1e-05"),
        (f64::NAN, "nan"),
        (f64::NEG_INFINITY, "-inf"),
    ];
    for (value, expected) in float64 {
        assert_eq!(text(DType::Float64, &[], &[value], DEFAULT), expected);
    }
    assert_eq!(text(DType::Float32, &[], &[1e-4f32], DEFAULT), "1e-04");
    assert_eq!(text(DType::Float32, &[], &[16777216f32], DEFAULT), "1.6777216e+07");
    assert_eq!(text(DType::Float16, &[], &[f16::from_f32(65504.0)], DEFAULT), "6.55e+04");
    let complex = [
        ([1.0, -2.0], "(1-2j)"),
        ([0.0, 2.0], "2j"),
        ([0.0, f64::NEG_INFINITY], "-infj"),
        ([-0.0, f64::NAN], "(-0+nanj)"),
    ];
    for (value, expected) in complex {
        assert_eq!(text(DType::Complex128, &[], &value, DEFAULT), expected);
    }
}

#[test]
fn of_two_texts_as_short_and_as_near_the_even_one_is_shown() {
    let (single, double) = (2f32.powi(-12), 9.0 + 2f64.powi(-16));
    for shape in [&[][..], &[1]] {
        let row = |element: &str| {
            if shape.is_empty() { element.into() } else { format!("[{element}]") }
        };
        assert_eq!(text(DType::Float32, shape, &[single], DEFAULT), row("0.00024414062"));
        assert_eq!(text(DType::Float64, shape, &[double], DEFAULT), row("9.000015258789062"));
    }
    let parts = [1.0, -single];
    assert_eq!(text(DType::Complex64, &[], &parts, DEFAULT), "(1-0.00024414062j)");
}

#[test]
fn options_make_an_array_without_axes_a_column_of_one() {
    let plus = FormatOptions { sign: Sign::Plus, ..DEFAULT };
    let fixed = FormatOptions { float_mode: FloatMode::Fixed, precision: 2, ..DEFAULT };
    assert_eq!(text(DType::Float64, &[], &[1.0], plus), "+1.");
    assert_eq!(text(DType::Float64, &[], &[1.0], fixed), "1.00");
    let always = FormatOptions { threshold: 0, ..DEFAULT };
    assert_eq!(text(DType::Int64, &[], &[7i64], always), "7");
}

#[test]
fn an_empty_array_is_a_pair_of_brackets() {
    for shape in [&[0][..], &[2, 0], &[0, i64::MAX, i64::MAX], &[1, 0, 3]] {
        let strides = vec![8; shape.len()];
        let data = std::ptr::null();
        let array = Shown { data, dtype: DType::Float64, shape, strides: &strides };
        let mut out = String::new();
        // SAFETY: there is no element to read.
        unsafe { format(&array, &DEFAULT, &mut out) }.unwrap();
        assert_eq!(out, "[]");
    }
}

#[test]
fn blocks_are_set_apart_by_blank_lines() {
    let values: Vec<i64> = (0..8).collect();
    let cases: [(&[i64], &str); 4] = [
        (&[2, 4], "[[0 1 2 3]\n [4 5 6 7]]"),
        (&[2, 2, 2], "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"),
        (&[2, 1, 2, 2], "[[[[0 1]\n   [2 3]]]\n\n\n [[[4 5]\n   [6 7]]]]"),
        (&[1, 1, 8], "[[[0 1 2 3 4 5 6 7]]]"),
    ];
    for (shape, expected) in cases {
        assert_eq!(text(DType::Int64, shape, &values, DEFAULT), expected);
    }
}

#[test]
fn sixty_four_axes_are_printed() {
    let expected = "[".repeat(64) + "7" + &"]".repeat(64);
    assert_eq!(text(DType::UInt8, &[1; 64], &[7u8], DEFAULT), expected);
}

#[test]
fn rows_wrap_at_the_line_width() {
    let wrapped = |line_width| FormatOptions { line_width, ..DEFAULT };
    let twelve: Vec<i64> = (0..12).collect();
    let two_lines = "[ 0  1  2  3  4  5\n  6  7  8  9 10 11]";
    assert_row(DType::Int64, &twelve, wrapped(20), two_lines);
    let inner = text(DType::Int64, &[2, 4], &twelve[..8], wrapped(8));
    assert_eq!(inner, "[[0 1\n  2 3]\n [4 5\n  6 7]]");
    for width in [3, 0, -1, i64::MIN] {
        assert_row(DType::Int64, &twelve[..3], wrapped(width), "[0\n 1\n 2]");
    }
}

#[test]
fn a_wrapped_line_loses_its_padding_and_the_last_one_keeps_it() {
    let options = FormatOptions { line_width: 14, ..DEFAULT };
    let values = [1.0, 2.25, 3.0, 4.0, 5.0];
    assert_row(DType::Float64, &values, options, "[1.   2.25\n 3.   4.\n 5.  ]");
}

#[test]
fn large_arrays_are_summarised() {
    let values: Vec<i64> = (0..1001).collect();
    let summary = "[   0    1    2 ...  998  999 1000]";
    assert_row(DType::Int64, &values, DEFAULT, summary);
    let options = |threshold, edge_items| FormatOptions { threshold, edge_items, ..DEFAULT };
    let square = text(DType::Int64, &[6, 6], &values[..36], options(10, 1));
    assert_eq!(square, "[[ 0 ...  5]\n ...\n [30 ... 35]]");
    let cube = text(DType::Int64, &[3, 3, 3], &values[..27], options(10, 1));
    assert_eq!(
        cube,
        "[[[ 0 ...  2]\n  ...\n  [ 6 ...  8]]\n\n ...\n\n [[18 ... 20]\n  ...\n  [24 ... 26]]]"
    );
}

#[test]
fn a_summary_is_as_wide_as_what_it_shows() {
    let options = FormatOptions { threshold: 5, edge_items: 2, ..DEFAULT };
    assert_row(DType::Int64, &[1i64, 2, 3, 1000, 4, 5, 6], options, "[1 2 ... 5 6]");
    let options = FormatOptions { threshold: 5, line_width: 16, ..DEFAULT };
    let values: Vec<i64> = (100..130).collect();
    assert_row(DType::Int64, &values, options, "[100 101 102\n ... 127 128\n 129]");
}

#[test]
fn without_edge_items_a_summary_shows_the_last_entry() {
    for edge_items in [0, -1, i64::MIN] {
        let options = FormatOptions { threshold: 1, edge_items, ..DEFAULT };
        assert_row(DType::Int64, &[100i64, 2, 3], options, "[...   3]");
    }
}

#[test]
fn strides_lead_backwards_nowhere_and_off_alignment() {
    let mut bytes = [0u8; 25];
    for (value, place) in (1u64..4).zip(bytes[1..].chunks_exact_mut(8)) {
        place.copy_from_slice(&value.to_ne_bytes());
    }
    let shown = |start: usize, strides: &[i64; 2]| {
        let data = bytes[start..].as_ptr();
        let array = Shown { data, dtype: DType::UInt64, shape: &[2, 3], strides };
        let mut out = String::new();
        // SAFETY: the strides used below stay among the three numbers behind the first byte.
        unsafe { format(&array, &DEFAULT, &mut out) }.unwrap();
        out
    };
    assert_eq!(shown(1, &[0, 8]), "[[1 2 3]\n [1 2 3]]");
    assert_eq!(shown(17, &[0, -8]), "[[3 2 1]\n [3 2 1]]");
    assert_eq!(shown(9, &[8, 0]), "[[2 2 2]\n [3 3 3]]");
}

#[test]
fn a_writer_that_fails_ends_the_printing() {
    struct Full;
    impl fmt::Write for Full {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    let byte = 1u8;
    let array = Shown { data: &byte, dtype: DType::UInt8, shape: &[1], strides: &[1] };
    // SAFETY: one byte, which is there.
    assert!(unsafe { format(&array, &DEFAULT, &mut Full) }.is_err());
}
