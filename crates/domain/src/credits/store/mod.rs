//! SQL of money: [`load`] and [`save`] for the batches of the writer, [`read`] for everybody else.

pub mod audit;
pub mod load;
pub mod read;
pub mod save;
