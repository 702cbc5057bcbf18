//! Takes off the codings of an answer's body. None is asked for, but a proxy may put one on all the same.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// An answer that names more codings than this is not worth the work.
const CODINGS_MAX: usize = 4;

/// The codings that an answer names, in the order in which they were put on it; `identity` is none.
pub(in crate::provider::kaleyra) fn named(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let names = values.flat_map(|value| {
        String::from_utf8_lossy(value.as_bytes())
            .to_ascii_lowercase()
            .split(',')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    names
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty() && name != "identity")
        .take(CODINGS_MAX + 1)
        .collect()
}

/// The body without that coding, at most so much of it, and whether that is all; none for a coding that is not known.
/// A body that broke off gives as much as can be read of it; one that is not coded at all comes back as it is.
pub(super) fn decoded(name: &str, body: &[u8], bytes_max: usize) -> Option<(Vec<u8>, bool)> {
    let found = match name {
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body), bytes_max),
        // By the standard zlib's format, but some leave its frame out (RFC 9110, 8.4.1.2).
        "deflate" if is_zlib(body) => read(ZlibDecoder::new(body), bytes_max),
        "deflate" => read(DeflateDecoder::new(body), bytes_max),
        _ => return None,
    };
    Some(if found.0.is_empty() { (body.to_vec(), true) } else { found })
}

/// Reads up to `bytes_max` bytes, or up to where the coding is broken.
fn read(mut decoder: impl Read, bytes_max: usize) -> (Vec<u8>, bool) {
    let mut found = Vec::new();
    let mut part = [0; 4_096];
    while let Ok(n @ 1..) = decoder.read(&mut part) {
        let room = bytes_max - found.len();
        found.extend_from_slice(&part[..n.min(room)]);
        if n > room {
            return (found, false);
        }
    }
    (found, true)
}

fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };
    use proptest::prelude::*;

    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_comes_back_from_each_form_of_each_coding() {
        let body = br#"{"code":"E110"}"#;
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(body).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(body).unwrap();
        let table = [
            ("gzip", gzip(body)),
            ("x-gzip", gzip(body)),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
            ("gzip", body.to_vec()),
        ];
        for (name, coded) in table {
            assert_eq!(decoded(name, &coded, 100), Some((body.to_vec(), true)), "{name}");
        }
        for name in ["br", "zstd", "compress", "x"] {
            assert_eq!(decoded(name, body, 100), None);
        }
    }

    #[test]
    fn a_small_body_that_grows_without_end_is_cut() {
        let bomb = gzip(&vec![b'x'; 10_000_000]);
        assert!(bomb.len() < 64 * 1_024);
        assert_eq!(decoded("gzip", &bomb, 1_000), Some((vec![b'x'; 1_000], false)));
    }

    #[test]
    fn a_coded_body_that_broke_off_gives_what_came() {
        let body: Vec<u8> =
            (0..20_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let coded = gzip(&body);
        let (found, is_whole) = decoded("gzip", &coded[..coded.len() / 2], 1_000_000).unwrap();
        assert!(is_whole && !found.is_empty() && body.starts_with(&found));
    }

    #[test]
    fn codings_are_read_in_their_order_and_without_those_that_are_none() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, reqwest::header::HeaderValue::from_static(value));
            }
            named(&headers)
        };
        assert_eq!(of(&["deflate, GZIP", "identity", ""]), ["deflate", "gzip"]);
        assert_eq!(of(&[]), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic_or_grow(body in any::<Vec<u8>>(), name in "gzip|deflate") {
            let (found, _) = decoded(&name, &body, 64).unwrap();
            prop_assert!(found.len() <= 64.max(body.len()));
        }
    }
}
