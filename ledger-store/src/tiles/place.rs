//! Where the tiles of a tree lie: which there are for a size, what they are called, how they are read.
//!
//! ```text
//! tiles/checkpoint              origin, size and root of the tree that the tiles are of
//! tiles/tile/0/x001/234         the full tile 1234 of level 0
//! tiles/tile/1/004.p/210        the first 210 hashes of tile 4 of level 1
//! tiles/lock                    held by the one process that writes tiles
//! ```

use crate::disk::{Access, Disk};
use crate::log::Hash;

/// The folder of all tiles.
pub(crate) const FOLDER: &str = "tiles";

/// The name of the mark.
pub(crate) const MARK: &str = "tiles/checkpoint";

/// Levels of the tree that one tile spans.
const HEIGHT: u32 = 8;

/// How many hashes a full tile has.
pub(crate) const WIDTH: usize = 1 << HEIGHT;

/// A tile of a tree: a row of hashes at a level, and how many of them there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) level: usize,
    pub(crate) index: u64,
    /// From 1 to [`WIDTH`].
    pub(crate) width: usize,
}

impl Tile {
    /// A tile that has all its hashes.
    pub(crate) fn full(level: usize, index: u64) -> Self {
        Self { level, index, width: WIDTH }
    }

    /// The name below the store's directory, as C2SP tlog-tiles has it.
    pub(crate) fn name(&self) -> String {
        let mut name = format!("{FOLDER}/tile/{}/{}", self.level, number(self.index));
        if self.width < WIDTH {
            name.push_str(&format!(".p/{}", self.width));
        }
        name
    }

    /// Its hashes as the file has them, not proven by anything; `None` if there are not as many.
    pub(crate) fn read(&self, disk: &dyn Disk) -> Option<Vec<Hash>> {
        let file = disk.open(&self.name(), Access::Read).ok()?;
        // One byte more than belongs there, so that a longer file is seen.
        let mut bytes = [0; WIDTH * 32 + 1];
        let filled = file.read_at(&mut bytes, 0).ok()?;
        let (hashes, rest) = bytes[..filled].as_chunks::<32>();
        (hashes.len() == self.width && rest.is_empty()).then(|| hashes.to_vec())
    }
}

/// A tile's number in groups of three digits, each but the last marked with an x: `x001/x234/067`.
pub(crate) fn number(index: u64) -> String {
    let mut name = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    name
}

/// How many hashes a level has in the tree of this size.
pub(crate) fn hashes_at(level: usize, size: u64) -> u64 {
    u32::try_from(level).ok().and_then(|level| size.checked_shr(level * HEIGHT)).unwrap_or(0)
}

/// The last tile of each level in the tree of this size, the lowest level first; `None` where the level ends
/// with a full tile.
pub(crate) fn edge(size: u64) -> Vec<Option<Tile>> {
    let counts = (0..).map(|level| (level, hashes_at(level, size))).take_while(|(_, count)| *count > 0);
    let partial = |(level, count): (usize, u64)| {
        let width = (count % WIDTH as u64) as usize;
        (width > 0).then_some(Tile { level, index: count / WIDTH as u64, width })
    };
    counts.map(partial).collect()
}

/// The place of a complete subtree of `1 << height` leaves: its tile, and the hashes of it that it covers.
pub(crate) fn place(height: u32, index: u64) -> (usize, u64, std::ops::Range<usize>) {
    let (level, above) = (height / HEIGHT, height % HEIGHT);
    let first = index << above;
    let start = (first % WIDTH as u64) as usize;
    (level as usize, first / WIDTH as u64, start..start + (1 << above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        assert_eq!(Tile::full(0, 1_234_067).name(), "tiles/tile/0/x001/x234/067");
        assert_eq!(Tile::full(3, 67).name(), "tiles/tile/3/067");
        assert_eq!(Tile { level: 1, index: 1000, width: 112 }.name(), "tiles/tile/1/x001/000.p/112");
    }

    #[test]
    fn the_edge_of_a_tree_is_what_is_not_full() {
        assert_eq!(edge(0), []);
        assert_eq!(edge(255), [Some(Tile { level: 0, index: 0, width: 255 })]);
        assert_eq!(edge(256), [None, Some(Tile { level: 1, index: 0, width: 1 })]);
        // The example of C2SP tlog-tiles: 70,000 leaves.
        let edge = edge(70_000).into_iter().flatten().map(|tile| tile.name()).collect::<Vec<_>>();
        assert_eq!(edge, ["tiles/tile/0/273.p/112", "tiles/tile/1/001.p/17", "tiles/tile/2/000.p/1"]);
    }

    #[test]
    fn a_subtree_lies_in_one_tile() {
        assert_eq!(place(0, 300), (0, 1, 44..45));
        assert_eq!(place(7, 3), (0, 1, 128..256));
        assert_eq!(place(8, 300), (1, 1, 44..45));
        assert_eq!(place(18, 5), (2, 0, 20..24));
    }
}
