//! What every place for blobs must do. A backend's test calls [`run`] and shows the answer.

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};

use crate::{BlobId, Blobs, Error};

const PIECES: [&[u8]; 3] = [b"hello ", b"blob ", b"store"];
const HASH: &str = "36fa27e4051740c81fa2aa0f13647eaaab4abf713676f467152cb1d9e90cafbf";

/// Runs the suite; `Err` says what is not as it must be.
pub async fn run(blobs: &Blobs) -> Result<(), String> {
    stores_by_hash(blobs).await.map_err(|e| format!("stores by hash: {e}"))?;
    keeps_nothing_unfinished(blobs).await.map_err(|e| format!("keeps nothing unfinished: {e}"))?;
    holds_large_and_empty(blobs).await.map_err(|e| format!("holds large and empty blobs: {e}"))
}

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn pieces(cut: bool) -> impl futures::Stream<Item = Result<Bytes, String>> + Send {
    let mut pieces: Vec<Result<Bytes, String>> = PIECES.iter().map(|p| Ok(Bytes::from_static(p))).collect();
    if cut {
        pieces.push(Err("the client went away".to_owned()));
    }
    stream::iter(pieces)
}

fn check(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(what.into()) }
}

async fn stores_by_hash(blobs: &Blobs) -> Outcome {
    let whole = PIECES.concat();
    let blob = blobs.put(pieces(false), 1000).await?;
    check(blob.size == whole.len() as u64, "the size is the number of bytes")?;
    check(blob.id.as_str() == HASH, "the name is the SHA-256 of the bytes")?;
    check(blobs.put(pieces(false), 1000).await? == blob, "the same bytes have the same name")?;
    let read: Vec<Bytes> = blobs.get(&blob.id).await?.try_collect().await?;
    check(read.concat() == whole, "the stream gives the bytes back")?;
    check(blobs.read(&blob.id, 1000).await? == whole, "the bytes come back at once")?;
    check(matches!(blobs.read(&blob.id, 3).await, Err(Error::TooLarge { .. })), "the limit of a read holds")?;
    check(blobs.read_start(&blob.id, 5).await? == whole[..5], "the start can be read")?;
    check(blobs.exists(&blob.id).await?, "it exists")?;
    blobs.delete(&blob.id).await?;
    check(!blobs.exists(&blob.id).await?, "after deletion it does not exist")?;
    check(matches!(blobs.get(&blob.id).await, Err(Error::NotFound(_))), "a missing blob is not found")?;
    blobs.delete(&blob.id).await?;
    Ok(())
}

async fn keeps_nothing_unfinished(blobs: &Blobs) -> Outcome {
    let id: BlobId = {
        let incoming = blobs.receive(pieces(false), 1000).await?;
        check(!blobs.exists(&incoming.blob().id).await?, "it does not exist before it is kept")?;
        incoming.blob().id.clone()
    };
    check(matches!(blobs.put(pieces(false), 7).await, Err(Error::TooLarge { limit: 7 })), "the limit holds")?;
    check(matches!(blobs.put(pieces(true), 1000).await, Err(Error::Cut(_))), "a cut upload is an error")?;
    check(!blobs.exists(&id).await?, "nothing of them exists")
}

async fn holds_large_and_empty(blobs: &Blobs) -> Outcome {
    let piece = Bytes::from(vec![7u8; 300_000]);
    let large = blobs.put(stream::iter((0..10).map(|_| Ok::<_, String>(piece.clone()))), 3_000_000).await?;
    check(blobs.read(&large.id, 3_000_000).await?.len() == 3_000_000, "a large blob comes back whole")?;
    let empty = blobs.put(stream::iter(Vec::<Result<Bytes, String>>::new()), 10).await?;
    check(empty.size == 0 && blobs.read(&empty.id, 10).await?.is_empty(), "an empty blob is a blob")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory() {
        let blobs = Blobs::memory().unwrap();
        run(&blobs).await.unwrap();
    }

    #[tokio::test]
    async fn folder() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(dir.path().join("blobs")).unwrap();
        run(&blobs).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let incoming = dir.path().join("blobs/incoming");
        assert_eq!(std::fs::read_dir(&incoming).unwrap().count(), 0, "nothing half-written stays");
        std::fs::write(incoming.join("left-by-a-crash"), "x").unwrap();
        blobs.sweep().await.unwrap();
        assert_eq!(std::fs::read_dir(&incoming).unwrap().count(), 0);
    }
}
