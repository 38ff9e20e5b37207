//! The bytes of an object: numbers in little endian, blocks with their checksums in the header.

use crate::error::Damage;
use bytes::Bytes;

/// Writes the content of a block.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn u8(&mut self, number: u8) {
        self.0.push(number);
    }

    pub(crate) fn u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// Bytes with their number before them.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.u64(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn end(self) -> Vec<u8> {
        self.0
    }
}

/// Reads what a [`Writer`] wrote.
pub(crate) struct Reader(Bytes);

const SHORT: Damage = Damage("it ends too early");

impl Reader {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let number = *self.0.first_chunk::<N>().ok_or(SHORT)?;
        let _ = self.0.split_to(N);
        Ok(number)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Damage> {
        self.take::<1>().map(u8::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Damage> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Damage> {
        self.take().map(u64::from_le_bytes)
    }

    pub(crate) fn exactly(&mut self, length: u64) -> Result<Bytes, Damage> {
        let length = usize::try_from(length).ok().filter(|length| *length <= self.0.len()).ok_or(SHORT)?;
        Ok(self.0.split_to(length))
    }

    pub(crate) fn bytes(&mut self) -> Result<Bytes, Damage> {
        let length = self.u64()?;
        self.exactly(length)
    }

    pub(crate) fn end(self) -> Result<(), Damage> {
        if self.0.is_empty() { Ok(()) } else { Err(Damage("it goes on after its end")) }
    }
}

/// Blocks behind a header that has their lengths and checksums, its own included.
pub(crate) fn pack(magic: [u8; 8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut header = Writer(magic.to_vec());
    header.u32(u32::try_from(blocks.len()).unwrap_or(u32::MAX));
    for block in blocks {
        header.u64(block.len() as u64);
        header.u32(crc32fast::hash(block));
    }
    header.u32(crc32fast::hash(&header.0));
    let mut packed = header.end();
    packed.reserve(blocks.iter().map(Vec::len).sum());
    blocks.iter().for_each(|block| packed.extend_from_slice(block));
    packed
}

/// The blocks of [`pack`], as many as expected and unharmed.
pub(crate) fn unpack<const N: usize>(magic: [u8; 8], packed: &Bytes) -> Result<[Bytes; N], Damage> {
    const ENTRY: usize = 12;
    let mut reader = Reader::new(packed.clone());
    if reader.take::<8>()? != magic {
        return Err(Damage("it is no object of this kind and version"));
    }
    if reader.u32()? as usize != N {
        return Err(Damage("its number of blocks is another"));
    }
    let entries: Vec<(u64, u32)> = (0..N).map(|_| Ok((reader.u64()?, reader.u32()?))).collect::<Result<_, Damage>>()?;
    let header = packed.get(..12 + N * ENTRY).ok_or(SHORT)?;
    if reader.u32()? != crc32fast::hash(header) {
        return Err(Damage("its header does not have its checksum"));
    }
    let mut blocks = [const { Bytes::new() }; N];
    for (block, (length, checksum)) in blocks.iter_mut().zip(entries) {
        *block = reader.exactly(length)?;
        if crc32fast::hash(block) != checksum {
            return Err(Damage("a block does not have its checksum"));
        }
    }
    reader.end()?;
    Ok(blocks)
}
