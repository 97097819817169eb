//! Frames between server, worker and child: kind (1 byte), length (4 bytes, little-endian), payload.
//!
//! server → worker: `ORDERS` once (JSON), then per execution `JOB` or `SCRIPT` (wall limit in ms as 4
//! bytes, then what the child gets) and perhaps `INPUT`s (bytes for the child).
//! worker → server: `READY` or `FAILED` once (JSON), then per execution `DATA`s (bytes of the child) and,
//! unless the child stays (`KEPT`), `END`.
//! child → server, inside `DATA`: `LOG`, `RESULT`, `KEPT`, `FAULT`, `FETCH`. server → child, inside `JOB` and `INPUT`: one frame each.
//! The child has its own socket to the worker: it can write no frame that the server takes for the worker's.

/// Frame kinds.
pub mod kind {
    /// First words of the server.
    pub const ORDERS: u8 = 1;
    /// An execution.
    pub const JOB: u8 = 2;
    /// An execution of a script that will likely be asked for again: its child may stay for that ([`KEPT`]).
    pub const SCRIPT: u8 = 4;
    /// More bytes for the running child.
    pub const INPUT: u8 = 3;
    /// The worker is in its jail and warm.
    pub const READY: u8 = 10;
    /// It is not, and why.
    pub const FAILED: u8 = 11;
    /// Bytes that the child wrote.
    pub const DATA: u8 = 12;
    /// The child is gone: how (1 byte: see [`super::ended`]), code or signal (4), its processor time in µs (8).
    pub const END: u8 = 13;
    /// A console line: level as one letter (`l`, `w`, `e`), text.
    pub const LOG: u8 = b'c';
    /// The answer: memory in bytes (8 bytes), processor time in µs (8 bytes), then JSON.
    pub const RESULT: u8 = b'r';
    /// As `RESULT`, and the child waits for the next execution of the same script.
    pub const KEPT: u8 = b'k';
    /// The end without an answer, JSON.
    pub const FAULT: u8 = b'e';
    /// A wish of the child to fetch, JSON; the answer comes as a frame of the same kind.
    pub const FETCH: u8 = b'f';
    /// Console lines were dropped.
    pub const CUT: u8 = b't';
}

/// How a child ended.
pub mod ended {
    /// By itself; the code follows.
    pub const EXITED: u8 = 0;
    /// By a signal, which follows.
    pub const SIGNALLED: u8 = 1;
    /// The worker killed it at its wall limit.
    pub const OVERRAN: u8 = 2;
}

/// Bytes before the payload.
pub const HEAD: usize = 5;

/// A frame longer than this is no frame.
pub const MAX: usize = 64 << 20;

/// Kind and length of the payload.
pub fn head(bytes: [u8; HEAD]) -> std::io::Result<(u8, usize)> {
    let [kind, length @ ..] = bytes;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a frame is longer than any frame may be"));
    }
    Ok((kind, length))
}

/// Head and payload as one piece of bytes.
pub fn pack(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|p| p.len()).sum();
    let mut bytes = Vec::with_capacity(HEAD + length);
    bytes.push(kind);
    bytes.extend_from_slice(&(length as u32).to_le_bytes());
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// The first whole frame in `bytes`, and how many bytes it takes.
pub fn split(bytes: &[u8]) -> std::io::Result<Option<(u8, &[u8], usize)>> {
    let Some(first) = bytes.first_chunk::<HEAD>() else { return Ok(None) };
    let (kind, length) = head(*first)?;
    let end = HEAD + length;
    Ok((bytes.len() >= end).then(|| (kind, &bytes[HEAD..end], end)))
}

/// Follows a stream of frames without keeping them, to find where one of a kind ends.
#[derive(Default)]
pub struct Follower {
    head: Vec<u8>,
    kind: u8,
    left: usize,
}

impl Follower {
    /// Takes the next bytes; the place behind the first frame of this kind, when it ends in them.
    pub fn find_end(&mut self, wanted: u8, bytes: &[u8]) -> std::io::Result<Option<usize>> {
        let mut at = 0;
        while at < bytes.len() {
            if self.left == 0 {
                let part = &bytes[at..bytes.len().min(at + HEAD - self.head.len())];
                self.head.extend_from_slice(part);
                at += part.len();
                let Some(whole) = self.head.first_chunk::<HEAD>() else { break };
                (self.kind, self.left) = head(*whole)?;
                self.head.clear();
            }
            let part = self.left.min(bytes.len() - at);
            at += part;
            self.left -= part;
            if self.left == 0 && self.kind == wanted {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_found_again() {
        let mut bytes = pack(7, &[b"ab", b"c"]);
        bytes.extend(pack(8, &[]));
        let (kind, payload, used) = split(&bytes).unwrap().unwrap();
        assert_eq!((kind, payload), (7, &b"abc"[..]));
        assert_eq!(split(&bytes[used..]).unwrap().unwrap(), (8, &b""[..], HEAD));
        for short in 0..used {
            assert!(split(&bytes[..short]).unwrap().is_none());
        }
        assert!(split(&[1, 255, 255, 255, 255]).is_err());
    }

    #[test]
    fn the_end_of_a_frame_is_found_however_the_bytes_are_cut() {
        let mut bytes = pack(1, &[b"abc"]);
        bytes.extend(pack(2, &[]));
        bytes.extend(pack(3, &[b"defgh"]));
        let end = bytes.len();
        bytes.extend(pack(4, &[b"x"]));
        for size in 1..=bytes.len() {
            let mut follower = Follower::default();
            let mut before = 0;
            let found = bytes.chunks(size).find_map(|chunk| {
                let found = follower.find_end(3, chunk).unwrap().map(|at| before + at);
                before += chunk.len();
                found
            });
            assert_eq!(found, Some(end), "pieces of {size}");
        }
        assert!(Follower::default().find_end(3, &[1, 255, 255, 255, 255]).is_err());
        let mut follower = Follower::default();
        assert_eq!(follower.find_end(2, &bytes).unwrap(), Some(8 + HEAD), "an empty frame ends with its head");
    }
}
