//! Search by name: whole words first, then words that begin alike or differ by a typing error.

use std::collections::BTreeMap;

use super::{Found, Hit, MOST};
use crate::crm::Crm;
use crate::error::SystemError;

/// What a whole word of the name scores; a search's score is the mean of its words'.
const WHOLE: i32 = 1_000;

/// So many of the words that resemble a typed one are looked up.
const ALIKE: usize = 8;

/// The words of names by a typed word, the best first, each with its score.
type Alike = BTreeMap<String, Vec<(String, i32)>>;

/// The clients whose names fit one of the readings of the text.
pub(super) async fn hits(crm: &mut Crm<'_>, readings: &[String]) -> Result<Found, SystemError> {
    let alike = alike(crm, readings).await?;
    let mut found = Found::default();
    for reading in readings {
        // Words that resemble none of any name, such as a misspelt short one, are left out as long as another one is left.
        let typed: Vec<&str> = reading.split(' ').filter(|word| !word.is_empty()).collect();
        let words: Vec<&str> = typed.iter().copied().filter(|word| alike.contains_key(*word)).collect();
        // Their part of the score is missing.
        let share =
            |score: i32| score * i32::try_from(words.len()).unwrap_or(1) / i32::try_from(typed.len()).unwrap_or(1);
        match words[..] {
            [] => {}
            [only] => found.add(by_word(crm, &alike[only]).await?, share),
            _ => {
                let whole = words.iter().all(|word| alike[*word].iter().any(|(known, _)| known == word));
                let exact = if whole { by_whole_words(crm, &words).await? } else { Vec::new() };
                let enough = exact.len() >= MOST;
                found.add(exact, share);
                if !enough {
                    found.add(by_words(crm, &words, &alike).await?, share);
                }
            }
        }
        // No client has all of the words: the longest one says most.
        if found.is_empty()
            && words.len() > 1
            && let Some(longest) = words.iter().max_by_key(|word| word.chars().count())
        {
            found.add(by_word(crm, &alike[*longest]).await?, |score| score / 2);
        }
    }
    Ok(found)
}

/// The words of names that each typed word may stand for.
async fn alike(crm: &mut Crm<'_>, readings: &[String]) -> Result<Alike, SystemError> {
    let mut typed: Vec<String> = readings.iter().flat_map(|reading| reading.split(' ')).map(str::to_owned).collect();
    typed.retain(|word| !word.is_empty());
    typed.sort_unstable();
    typed.dedup();
    let ends: Vec<String> = typed.iter().map(|word| format!("{word}\u{10ffff}")).collect();
    let rows = sqlx::query!(
        r#"select typed.word as "typed!", known.word as "known!"
             from unnest($1::text[], $2::text[]) typed (word, ending)
            cross join lateral (
                  (select word from name_word
                    where word collate "C" >= typed.word collate "C" and word collate "C" < typed.ending collate "C"
                    order by char_length(word), word limit 20)
                  union
                  (select word from name_word where word % typed.word
                    order by similarity(word, typed.word) desc, word limit 20)) known"#,
        &typed,
        &ends
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut alike = Alike::new();
    for row in rows {
        if let Some(score) = resemblance(&row.typed, &row.known) {
            alike.entry(row.typed).or_default().push((row.known, score));
        }
    }
    for words in alike.values_mut() {
        words.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        words.truncate(ALIKE);
    }
    Ok(alike)
}

/// How well a word of a name fits a typed one; none when it is another word.
fn resemblance(typed: &str, known: &str) -> Option<i32> {
    let [typed, known]: [Vec<char>; 2] = [typed, known].map(|word| word.chars().collect());
    if typed == known {
        return Some(WHOLE);
    }
    let allowed = match typed.len() {
        ..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    let errors = errors(&typed, &known);
    if errors <= allowed {
        return Some(if errors == 1 { 850 } else { 600 });
    }
    let missing = i32::try_from(known.len().saturating_sub(typed.len())).unwrap_or(i32::MAX);
    known.starts_with(&typed).then_some(800 - missing.min(20) * 10)
}

/// The fewest typing errors that make one word of the other: a letter too many, missing, wrong, or two in each other's place.
fn errors(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1; width];
        for (j, counterpart) in other.iter().enumerate() {
            let wrong = usize::from(letter != counterpart);
            let mut least = (above[j] + wrong).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *counterpart && *letter == other[j - 1] {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        before = std::mem::replace(&mut above, row);
    }
    above[other.len()]
}

/// The newest clients who bear one of these words.
async fn by_word(crm: &mut Crm<'_>, words: &[(String, i32)]) -> Result<Vec<Hit>, SystemError> {
    let (words, scores): (Vec<String>, Vec<i32>) = words.iter().cloned().unzip();
    Ok(sqlx::query_as!(
        Hit,
        r#"with bearer as materialized (
               select borne.client_id, max(wanted.score) as score
                 from unnest($1::text[], $2::integer[]) wanted (word, score)
                cross join lateral (
                      select client_id from client_word where word = wanted.word order by client_id desc limit $3) borne
                group by 1 order by 2 desc, 1 desc limit $3)
           select coalesce(c.merged_into, c.id) as "id!", bearer.score as "score!"
             from bearer cross join lateral (select id, merged_into, voided_at from client where id = client_id offset 0) c
            where c.voided_at is null"#,
        &words,
        &scores,
        MOST as i64
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// The newest clients who bear all of these words.
async fn by_whole_words(crm: &mut Crm<'_>, words: &[&str]) -> Result<Vec<Hit>, SystemError> {
    // The longer a word, the fewer bear it, mostly: they are asked whether they bear the others too.
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    words.sort_by_key(|word| word.chars().count());
    let Some(first) = words.pop() else { return Ok(Vec::new()) };
    Ok(sqlx::query_as!(
        Hit,
        r#"with bearer as materialized (
               select client_id from client_word first
                where word = $1
                  and not exists (
                      select from unnest($2::text[]) wanted (word)
                       where not exists (select from client_word other
                                          where other.word = wanted.word and other.client_id = first.client_id))
                order by client_id desc limit $3)
           select coalesce(c.merged_into, c.id) as "id!", $4::integer as "score!"
             from bearer cross join lateral (select id, merged_into, voided_at from client where id = client_id offset 0) c
            where c.voided_at is null"#,
        first,
        &words,
        MOST as i64,
        WHOLE
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// The clients who bear, for each typed word, one that resembles it. A search reads five words at most.
async fn by_words(crm: &mut Crm<'_>, typed: &[&str], alike: &Alike) -> Result<Vec<Hit>, SystemError> {
    let (mut places, mut words, mut scores) = (Vec::new(), Vec::new(), Vec::new());
    for (place, word) in (0_i32..).zip(typed) {
        for (known, score) in &alike[*word] {
            places.push(place);
            words.push(known.clone());
            scores.push(*score);
        }
    }
    Ok(sqlx::query_as!(
        Hit,
        r#"with bearer as materialized (
               select client_id, (best1 + coalesce(best2, 0) + coalesce(best3, 0) + coalesce(best4, 0) + coalesce(best5, 0)) / $4 as score
                 from (select w.client_id, max(score) filter (where place = 0) as best1, max(score) filter (where place = 1) as best2,
                              max(score) filter (where place = 2) as best3, max(score) filter (where place = 3) as best4,
                              max(score) filter (where place = 4) as best5
                         from unnest($1::integer[], $2::text[], $3::integer[]) wanted (place, word, score)
                         join client_word w on w.word = wanted.word
                        group by w.client_id) fit
                where num_nonnulls(best1, best2, best3, best4, best5) = $4
                order by 2 desc, 1 desc limit $5)
           select coalesce(c.merged_into, c.id) as "id!", bearer.score as "score!"
             from bearer cross join lateral (select id, merged_into, voided_at from client where id = client_id offset 0) c
            where c.voided_at is null"#,
        &places,
        &words,
        &scores,
        i32::try_from(typed.len()).unwrap_or(i32::MAX),
        MOST as i64
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::resemblance;

    #[test]
    fn a_word_resembles_what_begins_alike_or_has_a_typing_error() {
        for (typed, known) in [
            ("федоров", "фидоров"),
            ("фдоров", "федоров"),
            ("jhon", "john"),
            ("ива", "иванов"),
            ("кузнецва", "кузнецова"),
        ] {
            assert!(resemblance(typed, known).is_some(), "{typed} is {known}");
        }
        for (typed, known) in [("кориктионов", "корзинов"), ("ян", "ия"), ("анна", "инга"), ("попов", "петров")]
        {
            assert_eq!(resemblance(typed, known), None, "{typed} is not {known}");
        }
        assert!(resemblance("иванов", "иванов") > resemblance("иванов", "иванова"));
        assert!(resemblance("иванов", "иванова") > resemblance("иванов", "ивановский"));
    }
}
