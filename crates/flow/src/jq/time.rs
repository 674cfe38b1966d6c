//! Dates in expressions, UTC only.
//!
//! The library multiplies and adds without looking, so values are brought into range before it sees them;
//! `gmtime` and `mktime` are ours for the same reason.

use jaq_json::Val;
use jaq_std::ValT as _;

use super::val::{Error, V, ValR};

/// Seconds of the year 9999's end.
const SECONDS_MAX: i64 = 253_402_300_799;
/// Seconds of the year 0.
const SECONDS_MIN: i64 = -62_167_219_200;
const SECONDS_PER_DAY: i64 = 86_400;

/// The value, if it is a time that a calendar of four-digit years can show.
pub(super) fn in_range(value: V) -> ValR {
    match &value.0 {
        Val::Num(_) => {
            let seconds = value.as_f64().unwrap_or(f64::NAN);
            if seconds >= SECONDS_MIN as f64 && seconds <= SECONDS_MAX as f64 {
                Ok(value)
            } else {
                Err(Error::typ(value, "time between the years 0 and 9999"))
            }
        }
        Val::Arr(_) => {
            mktime(&value)?;
            Ok(value)
        }
        _ => Ok(value),
    }
}

/// Seconds to "broken down time": year, month from 0, day, hours, minutes, seconds, weekday, day of the year.
pub(super) fn gmtime(value: &V) -> ValR {
    let V(Val::Num(_)) = in_range(value.clone())? else {
        return Err(Error::typ(value.clone(), "number"));
    };
    let seconds = value.as_f64().unwrap_or(0.0);
    let whole = seconds.floor();
    let (days, rest) = (
        (whole as i64).div_euclid(SECONDS_PER_DAY),
        (whole as i64).rem_euclid(SECONDS_PER_DAY),
    );
    let (year, month, day) = civil_from_days(days);
    let fraction = seconds - whole;
    let second = rest % 60;
    let second = if fraction > 0.0 {
        V::from(second as f64 + fraction)
    } else {
        int(second)
    };
    let weekday = (days + 4).rem_euclid(7);
    let day_of_year = days - days_from_civil(year, 1, 1);
    let parts = [
        int(year),
        int(month - 1),
        int(day),
        int(rest / 3600),
        int(rest / 60 % 60),
        second,
        int(weekday),
    ];
    Ok(parts.into_iter().chain([int(day_of_year)]).collect())
}

/// "Broken down time" to seconds.
pub(super) fn mktime(value: &V) -> ValR {
    let fail = || Error::typ(value.clone(), "broken down time");
    let parts: Vec<V> = value.clone().into_seq().map_err(|_| fail())?;
    let mut numbers = [0i64; 6];
    for (at, number) in numbers.iter_mut().enumerate() {
        let part = parts.get(at).and_then(jaq_std::ValT::as_f64).ok_or_else(fail)?;
        if !(-1e6..=1e6).contains(&part) {
            return Err(fail());
        }
        *number = part.floor() as i64;
    }
    let [year, month, day, hour, minute, second] = numbers;
    let ok = (0..=9999).contains(&year) && (0..12).contains(&month) && (1..=31).contains(&day);
    if !ok || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return Err(fail());
    }
    Ok(int(days_from_civil(year, month + 1, day) * SECONDS_PER_DAY
        + hour * 3600
        + minute * 60
        + second))
}

fn int(value: i64) -> V {
    V::from(value as isize)
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible
/// low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}
