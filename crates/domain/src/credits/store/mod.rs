//! SQL of money: [`load`] and [`save`] for the batches of the writer, [`read`] for everybody else.

/// A closing line in the columns of the usage rollup. The steps of latency are those of
/// [`LATENCY_BUCKETS_US`](super::LATENCY_BUCKETS_US).
macro_rules! usage_of_a_line {
    () => {
        "at - at % 900000000 AS quarter, flow_id, CASE actor_kind WHEN 'key' THEN actor_id END AS key_id,
         CASE actor_kind WHEN 'user' THEN actor_id END AS user_id, environment_id, tenant_id, status,
         CASE WHEN latency_us <= 500 THEN 0 WHEN latency_us <= 1000 THEN 1 WHEN latency_us <= 2000 THEN 2
              WHEN latency_us <= 5000 THEN 3 WHEN latency_us <= 10000 THEN 4 WHEN latency_us <= 25000 THEN 5
              WHEN latency_us <= 50000 THEN 6 WHEN latency_us <= 100000 THEN 7 WHEN latency_us <= 250000 THEN 8
              WHEN latency_us <= 500000 THEN 9 WHEN latency_us <= 1000000 THEN 10 WHEN latency_us <= 5000000 THEN 11
              WHEN latency_us <= 30000000 THEN 12 ELSE 13 END AS latency_bucket,
         1 AS calls, -(available_delta + held_delta) AS credits, latency_us"
    };
}

/// The same of a row of the rollup, negative, so that both together are nothing. Its ids are all zero for none; as null
/// they take no room in what is sorted.
macro_rules! usage_of_the_rollup {
    ($zero:literal) => {
        concat!(
            "quarter, NULLIF(flow_id, ",
            $zero,
            "), NULLIF(key_id, ",
            $zero,
            "), NULLIF(user_id, ",
            $zero,
            "), NULLIF(environment_id, ",
            $zero,
            "), NULLIF(tenant_id, ",
            $zero,
            "), status, latency_bucket, -calls, -credits, -latency_us"
        )
    };
}

pub mod audit;
pub mod cap_settings;
pub mod checkpoint;
pub mod held;
pub mod load;
pub mod prices;
pub mod read;
pub mod save;
