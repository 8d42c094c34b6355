// Where everything lies in the kernel's linear memory: fixed addresses sized for N = 512, then the maps.

const MAX_SIZE: usize = 512;
const MAX_BLOCKS: usize = 8256; // 4×4 blocks on and above the diagonal
const MAX_EDGES: usize = 130816;
export const MAPS_A_CALL: usize = 4096;
const EDGE_ROOM: usize = MAX_EDGES + 16; // whole vectors are written past the end

export const PACK: usize = 0x10000; // 16 byte shuffles that move chosen lanes to the front
export const BLOCKS: usize = PACK + 256; // u16 row and column of each block
export const WEIGHTS: usize = (BLOCKS + MAX_BLOCKS * 4 + 63) & ~63; // 4×4 floats a block
export const TOPS: usize = WEIGHTS + MAX_BLOCKS * 64; // largest weight in each column of each block
export const COARSE: usize = TOPS + MAX_BLOCKS * 16; // lane by lane the largest of four TOPS
export const KEYS: usize = COARSE + MAX_BLOCKS * 4 + 64; // candidates: f32 weight
export const IDS: usize = KEYS + EDGE_ROOM * 4; // candidates: u32 place in WEIGHTS
export const SORTED_KEYS: usize = IDS + EDGE_ROOM * 4;
export const SORTED_IDS: usize = SORTED_KEYS + EDGE_ROOM * 4;
export const COUNTS: usize = SORTED_IDS + EDGE_ROOM * 4; // radix sort
export const NEIGHBOURS: usize = COUNTS + 4096; // bitset rows
export const PENDING: usize = NEIGHBOURS + MAX_SIZE * 64; // bitset rows
export const LABELS: usize = PENDING + MAX_SIZE * 64; // u16 component of each vertex
export const QUEUE: usize = LABELS + MAX_SIZE * 2; // u32 edges, (row << 16) | column
export const UNKNOWNS: usize = QUEUE + EDGE_ROOM * 4; // u32 unknown of each pending edge, [row * 512 + column]
export const CLASSES: usize = UNKNOWNS + MAX_SIZE * MAX_SIZE * 4; // u32 forest of the unknowns
export const ROW_BYTES: usize = 512; // 120 edges of N = 16
export const ROWS: usize = (CLASSES + EDGE_ROOM * 4 + 63) & ~63; // weights of four small maps, edge after edge
export const ENDS: usize = ROWS + 4 * ROW_BYTES; // u32 ends of each edge of a small map
export const PLACES: usize = ENDS + ROW_BYTES; // u16 place of its two activations
export const QUAD: usize = PLACES + ROW_BYTES + 64; // four small maps side by side
export const QUAD_SUMS: usize = QUAD + 16 * 16 * 16 + 64;
export const QUAD_ZEROS: usize = QUAD_SUMS + 32;
export const CORE: usize = QUAD_ZEROS + 32; // bitset rows
export const RANKS: usize = CORE + MAX_SIZE * 64; // results of one call
export const ZEROS: usize = RANKS + MAPS_A_CALL * 4;
export const SUMS: usize = (ZEROS + MAPS_A_CALL * 4 + 63) & ~63;
export const MAPS: usize = (SUMS + MAPS_A_CALL * 8 + 0xffff) & ~0xffff;
