//! SQL of money: [`load`] and [`save`] for the batches of the writer, [`read`] for everybody else.

pub mod audit;
pub mod cap_settings;
pub mod checkpoint;
pub mod load;
pub mod prices;
pub mod read;
pub mod save;
