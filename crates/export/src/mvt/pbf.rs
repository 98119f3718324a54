//! The little of protobuf that a tile needs.

/// Wire type of a variable-length integer.
pub(super) const VARINT: u32 = 0;
/// Wire type of a length and that many bytes.
pub(super) const BYTES: u32 = 2;

/// Appends an integer, seven bits a byte.
pub(super) fn varint(out: &mut Vec<u8>, mut v: u64) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}

/// Appends the key of a field.
pub(super) fn key(out: &mut Vec<u8>, field: u32, wire: u32) {
    varint(out, u64::from(field << 3 | wire));
}

/// Appends an integer field.
pub(super) fn uint(out: &mut Vec<u8>, field: u32, v: u64) {
    key(out, field, VARINT);
    varint(out, v);
}

/// Appends a field of bytes: text, packed integers or a message.
pub(super) fn bytes(out: &mut Vec<u8>, field: u32, v: &[u8]) {
    key(out, field, BYTES);
    varint(out, v.len() as u64);
    out.extend_from_slice(v);
}

/// Length of an integer once written.
pub(super) fn varint_len(v: u64) -> usize {
    (64 - (v | 1).leading_zeros() as usize).div_ceil(7)
}

/// Signed to unsigned so that small magnitudes stay short.
pub(super) fn zigzag(v: i64) -> u64 {
    (v << 1 ^ v >> 63) as u64
}
