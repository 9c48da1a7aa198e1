//! Customers as a CSV file of eight columns, by the crate `fake`: fake_people ROWS FILE

use fake::faker::{address::en::*, internet::en::*, name::en::*, phone_number::en::*};
use fake::Fake;
use std::io::{BufWriter, Write};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let rows: u64 = arguments[1].parse().expect("a number of rows");
    let mut file = BufWriter::new(std::fs::File::create(&arguments[2])?);
    for row in 1..=rows {
        let first: &str = FirstName().fake();
        let last: &str = LastName().fake();
        let email: String = FreeEmail().fake();
        let phone: String = PhoneNumber().fake();
        let number: String = BuildingNumber().fake();
        let street: String = StreetName().fake();
        let city: String = CityName().fake();
        let state: &str = StateAbbr().fake();
        writeln!(file, "{row},{first},{last},{email},{phone},{number} {street},{city},{state}")?;
    }
    file.flush()
}
