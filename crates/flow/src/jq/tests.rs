use super::*;
use crate::limits::{HEAVY_FUEL_TICKS, HEAVY_THREAD_STACK_BYTES};

fn eval_with(source: &str, input: &str, fuel: Fuel) -> Evaluated {
    if let Err(problems) = check(source) {
        return Evaluated {
            result: Err(Failure::Error(problems[0].message.clone())),
            ticks: 0,
        };
    }
    let programs = Programs::compile(&[source.to_owned()], &[]).unwrap();
    let input: Val = serde_json::from_str(input).unwrap();
    programs.evaluate(0, input, [], fuel, 1_700_000_000_500_000)
}

fn eval(source: &str, input: &str) -> Result<String, String> {
    let result = eval_with(
        source,
        input,
        Fuel {
            last: true,
            ..Fuel::INLINE
        },
    )
    .result;
    result
        .map(|value| String::from_utf8(value.to_json_bytes()).unwrap())
        .map_err(Failure::into_message)
}

/// Runs on a thread as the host's heavy pool has them.
fn on_big_stack<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(HEAVY_THREAD_STACK_BYTES)
        .spawn(f)
        .unwrap()
        .join()
        .unwrap()
}

#[test]
fn programs_give_what_jq_gives() {
    for (source, input, expected) in [
        (".a + 1", r#"{"a": 41}"#, "42"),
        (
            "[.items[] | select(. > 1) | . * 2] | add",
            r#"{"items":[1,2,3]}"#,
            "10",
        ),
        (".a.b.c", "{}", "null"),
        (".a[0].b", "{}", "null"),
        (".[-1:]", "[1,2,3]", "[3]"),
        (".[1:]", "\"aßc\"", "\"ßc\""),
        ("6 / 2", "null", "3"),
        ("1 / 4", "null", "0.25"),
        ("7 % 4", "null", "3"),
        (".a.b = 1", "{}", r#"{"a":{"b":1}}"#),
        (".a[2] = 1", "{}", r#"{"a":[null,null,1]}"#),
        (".a += 1", r#"{"a":1}"#, r#"{"a":2}"#),
        ("del(.a)", r#"{"a":1,"b":2}"#, r#"{"b":2}"#),
        ("to_entries", r#"{"a":1}"#, r#"[{"key":"a","value":1}]"#),
        ("with_entries(.value += 1)", r#"{"a":1}"#, r#"{"a":2}"#),
        ("keys", r#"{"b":1,"a":2}"#, r#"["a","b"]"#),
        ("{b: 1, a: 2}", "null", r#"{"b":1,"a":2}"#),
        (
            "sort",
            r#"[{"a":2},"x",null,3,[1],true,false]"#,
            r#"[null,false,true,3,"x",[1],{"a":2}]"#,
        ),
        ("sort_by(.k)", r#"[{"k":2},{"k":1}]"#, r#"[{"k":1},{"k":2}]"#),
        (
            "group_by(.k) | map(length)",
            r#"[{"k":1},{"k":2},{"k":1}]"#,
            "[2,1]",
        ),
        ("unique", "[3,1,3]", "[1,3]"),
        ("min_by(.k).k, empty", r#"[{"k":2},{"k":1}]"#, "1"),
        ("max", "[1,5,2]", "5"),
        ("[range(3)]", "null", "[0,1,2]"),
        ("[range(10;0;-4)]", "null", "[10,6,2]"),
        (
            "[.[] | tostring]",
            r#"[1,"a",[1],{"a":null}]"#,
            r#"["1","a","[1]","{\"a\":null}"]"#,
        ),
        ("\"a\\(.x)b\"", r#"{"x":[1,"q"]}"#, r#""a[1,\"q\"]b""#),
        ("join(\",\")", r#"["a",1,null,true]"#, r#""a,1,,true""#),
        ("test(\"^a.c$\")", r#""abc""#, "true"),
        ("gsub(\"b\"; \"x\")", r#""abcb""#, r#""axcx""#),
        (
            "[match(\"(?<l>[a-z])\"; \"g\").captures[0].name]",
            r#""ab""#,
            r#"["l","l"]"#,
        ),
        ("@base64", r#""hi""#, r#""aGk=""#),
        ("@base64d", r#""aGk=""#, r#""hi""#),
        ("@uri", r#""a b""#, r#""a%20b""#),
        ("@csv", r#"["a\"b",1,null]"#, r#""\"a\"\"b\",1,""#),
        ("@tsv", r#"["a\tb",1]"#, r#""a\\tb\t1""#),
        ("now", "null", "1700000000.5"),
        ("todate", "0", r#""1970-01-01T00:00:00Z""#),
        ("gmtime | mktime", "1425599621", "1425599621"),
        ("gmtime | todate", "1425599621", r#""2015-03-05T23:53:41Z""#),
        ("strftime(\"%Y-%m-%d\")", "1425599621", r#""2015-03-05""#),
        ("fromdate", r#""2015-03-05T23:51:47Z""#, "1425599507"),
        ("[paths]", r#"{"a":[1]}"#, r#"[["a"],["a",0]]"#),
        ("[..]", "[[1]]", "[[[1]],[1],1]"),
        (
            "walk(if type == \"number\" then . + 1 else . end)",
            r#"[1,{"a":2}]"#,
            r#"[2,{"a":3}]"#,
        ),
        ("reduce .[] as $x (0; . + $x)", "[1,2,3]", "6"),
        ("[foreach .[] as $x (0; . + $x)]", "[1,2,3]", "[1,3,6]"),
        ("[limit(2; repeat(1))]", "null", "[1,1]"),
        ("first(range(10;20))", "null", "10"),
        (
            "[.[] | if . > 1 then \"b\" elif . == 1 then \"a\" else \"z\" end]",
            "[0,1,2]",
            r#"["z","a","b"]"#,
        ),
        ("try error(\"x\") catch .", "null", r#""x""#),
        (".a // \"d\"", r#"{"a":null}"#, r#""d""#),
        ("[.[]?]", "1", "[]"),
        (". as [$a, {b: $c}] | $a + $c", r#"[1,{"b":2}]"#, "3"),
        ("contains({a: [1]})", r#"{"a":[1,2],"b":3}"#, "true"),
        ("[.[] | has(\"a\")]", r#"[{"a":1},{}]"#, "[true,false]"),
        ("splits(\",\") | select(. == \"b\")", r#""a,b""#, r#""b""#),
        ("tojson | fromjson", r#"{"a":[1.5,null]}"#, r#"{"a":[1.5,null]}"#),
        ("ascii_upcase", r#""abc""#, r#""ABC""#),
        ("flatten", "[1,[2,[3]]]", "[1,2,3]"),
        ("[1,2] - [2]", "null", "[1]"),
        ("{a:1} * {a:{b:2}}", "null", r#"{"a":{"b":2}}"#),
        ("9223372036854775807 + 1", "null", "9223372036854775808"),
        ("[1, 1.0, 2] | unique", "null", "[1,2]"),
        ("[nan, 1, nan] | sort | length", "null", "3"),
        ("nan | isnan", "null", "true"),
        (
            "isvalid(1)? // 3",
            "null",
            "error: there is no function `isvalid/1`",
        ),
        ("INDEX(.id)", r#"[{"id":1}]"#, r#"{"1":{"id":1}}"#),
        (
            "splits(\"a+\"; \"g\") | select(length > 0)",
            r#""bab""#,
            "error: the expression has several results; wrap it in [...] to get a list",
        ),
        (
            "empty",
            "null",
            "error: the expression has no result; wrap it in [...] to get a list, or give a default: `first(...) // null`",
        ),
        (".a.b", r#"{"a":"x"}"#, "error: cannot index \"x\" with \"b\""),
        ("error({code: 1})", "null", "error: {\"code\":1}"),
        (
            "nan",
            "null",
            "error: the result holds NaN or infinity, which JSON cannot write",
        ),
        ("[1]|implode", "null", "\"\\u0001\""),
        (
            "{(1,2|tostring): 3}",
            "null",
            "error: the expression has several results; wrap it in [...] to get a list",
        ),
        ("{(.): 3}", "1", "error: cannot use 1 as object key (text)"),
    ] {
        let result = match eval(source, input) {
            Ok(value) => value,
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(result, expected, "{source} on {input}");
    }
}

/// Expressions that would hang, exhaust or abort the process without the meter.
fn bombs() -> Vec<(&'static str, String)> {
    let ones = |separator: &str, count: usize| vec!["(1,1)"; count].join(separator);
    vec![
        ("endless tail call", "def f: f; f".into()),
        ("endless recursion", "def f: 1 + f; f".into()),
        ("endless mutual recursion", "def f: def g: [f]; g; f".into()),
        ("repeat", "[repeat(1)]".into()),
        ("repeat without results", "first(repeat(empty))".into()),
        ("until", "until(false; .)".into()),
        ("while", "[while(true; .)]".into()),
        ("range", "[range(1e12)]".into()),
        ("range that collects nothing", "[range(1e12) | empty]".into()),
        ("range into limit", "last(limit(1e9; repeat(1)))".into()),
        ("eight-way product", "[range(30)] | [.[] + .[] + .[] + .[] + .[] + .[] + .[] + .[]] | length".into()),
        ("product of commas", format!("[{}] | length", ones(" + ", 90))),
        ("product behind an alternative", format!("[({}) // 1] | length", ones(" + ", 90))),
        ("product of conditions", format!("[{}] | length", ones(" and ", 90))),
        ("product in an object", {
            let members: Vec<String> = (0..60).map(|at| format!("k{at}: (1,1)")).collect();
            format!("[{{{}}}] | length", members.join(", "))
        }),
        ("product in a text", format!("[\"{}\"] | length", "\\(1,1)".repeat(60))),
        ("product in a path", format!("[[[1,2],[3,4]]{}] | length", "[0,1]".repeat(80))),
        ("product of arguments", "def f($a; $b; $c; $d; $e): 1; [f(range(99); range(99); range(99); range(99); range(99))] | length".into()),
        ("product of conditions in if", {
            let nest = (0..30).fold("1".to_owned(), |inner, _| format!("if (true,true) then {inner} else 0 end"));
            format!("[{nest}] | length")
        }),
        ("endless under try", "def f: try f catch f; f".into()),
        ("endless under ?", "[repeat(1)?]".into()),
        ("endless in path", "path(repeat(.))".into()),
        ("endless update", "def f: .[] | f; f |= 1".into()),
        ("endless sort key", "sort_by(repeat(1))".into()),
        ("text repeated", "\"x\" * 1e12".into()),
        ("text doubled", "reduce range(60) as $i (\"x\"; . + .)".into()),
        ("text repeated in steps", "reduce range(60) as $i (\"x\"; . * 10)".into()),
        ("list doubled", "reduce range(60) as $i ([1]; . + .)".into()),
        ("sharing printed", "reduce range(60) as $i (1; [., .]) | tojson".into()),
        ("sharing interpolated", "reduce range(60) as $i (1; [., .]) | \"\\(.)\"".into()),
        ("sharing returned", "reduce range(60) as $i (1; [., .])".into()),
        ("sharing compared", "(reduce range(60) as $i (1; [., .])) == (reduce range(60) as $i (1; [., .]))".into()),
        ("sharing sorted", "[(reduce range(60) as $i (1; [., .])), (reduce range(60) as $i (1; [., .]))] | sort".into()),
        ("sharing as sort key", "[1,2] | sort_by(. as $x | reduce range(60) as $i ($x; [., .]))".into()),
        ("sharing walked", "reduce range(60) as $i (1; [., .]) | [..] | length".into()),
        ("sharing walked to the last", "reduce range(60) as $i (1; [., .]) | last(..)".into()),
        ("sharing updated", "reduce range(60) as $i (1; [., .]) | .. |= .".into()),
        ("sharing contained", "reduce range(60) as $i (1; [., .]) | contains(reduce range(60) as $i (1; [., .]))".into()),
        ("sharing subtracted", "[reduce range(60) as $i (1; [., .])] - [reduce range(60) as $i (1; [., .])]".into()),
        ("sharing grouped", "[(reduce range(60) as $i (1; [., .])),1] | group_by(.)".into()),
        ("sharing flattened", "reduce range(60) as $i (1; [., .]) | flatten | length".into()),
        ("combinations", "[range(20)] | [., ., ., ., ., ., ., .] | [combinations] | length".into()),
        ("combinations of n", "[range(20)] | [combinations(9)] | length".into()),
        ("transpose", "[range(2000)] | [range(2000) as $i | .] | transpose | length".into()),
        ("far index", ".[1e9] = 1".into()),
        ("many far indexes", "reduce range(1000) as $i ([]; .[$i * 100000] = 1)".into()),
        ("deep list", "reduce range(1e7) as $i (1; [.])".into()),
        ("deep object", "reduce range(1e7) as $i (1; {a: .})".into()),
        ("deep list compared", "(reduce range(30000) as $i (1; [.])) as $a | (reduce range(30000) as $i (1; [.])) as $b | $a == $b".into()),
        ("deep list printed", "reduce range(90000) as $i (1; [.]) | tojson | length".into()),
        ("deep path set", "setpath([range(90000) | \"a\"]; 1)".into()),
        ("big regex", "\"a\" | test(\"((a{500}){500}){500}\")".into()),
        ("long regex on long text", "(\"a\" * 100000) | [range(100) as $i | test(\"(a|b|c|d|e|f|g)*x\")]".into()),
        ("regex at every place", "(\"a\" * 100000) | [match(\"\"; \"g\")] | length".into()),
        ("split by nothing", "(\"a\" * 1000000) | split(\"\") | length".into()),
        ("explode", "(\"a\" * 5000000) | explode | implode | length".into()),
        ("gsub growth", "reduce range(60) as $i (\"a\"; gsub(\"a\"; \"aa\"))".into()),
        ("encode growth", "reduce range(200) as $i (\"<\"; @html | @uri | @base64)".into()),
        ("tojson growth", "reduce range(200) as $i (\"\\\\\"; tojson)".into()),
        ("big integer", "reduce range(100000) as $i (7; . * .)".into()),
        ("big power", "[range(100000)] | map(pow(10; 308)) | add | tojson | fromjson".into()),
        ("join growth", "reduce range(60) as $i ([\"x\"]; [join(\",\"), join(\",\")])".into()),
        ("add of many", "[range(20000) | \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"] | add | length".into()),
        ("object growth", "reduce range(60) as $i ({}; . + {(tojson): .})".into()),
        ("error with a shared value", "try (reduce range(60) as $i (1; [., .]) | .a) catch .".into()),
        ("uncaught error with a shared value", "reduce range(60) as $i (1; [., .]) | .a".into()),
        ("recursive bindings", "def f($x): f($x + 1); f(0)".into()),
        ("closures", "def f(g): f(g | g); f(.)".into()),
        ("label loop", "def f: label $out | (f, break $out); f".into()),
        ("getpath", "getpath([range(90000) | \"a\"])".into()),
        ("limit of product", "[limit(1e9; range(1e9) | range(1e9))] | length".into()),
        ("any over endless", "any(repeat(false); .)".into()),
        ("env-like", "[splits(\"\")] | length".into()),
    ]
}

/// The heavy budget; a fifth of it where nothing is optimized, or this test alone takes most of the time.
fn heavy() -> Fuel {
    let ticks = if cfg!(debug_assertions) {
        HEAVY_FUEL_TICKS / 5
    } else {
        HEAVY_FUEL_TICKS
    };
    Fuel { ticks, ..Fuel::HEAVY }
}

#[test]
fn every_bomb_ends_within_heavy_fuel_and_leaves_the_process_alive() {
    for (name, source) in bombs() {
        let done = on_big_stack(move || eval_with(&source, "[[1,2],[3]]", heavy()).ticks);
        assert!(done <= heavy().ticks, "{name} spent {done}");
    }
}

#[test]
fn every_bomb_ends_inline_on_an_ordinary_thread() {
    for (name, source) in bombs() {
        let evaluated = eval_with(&source, "[[1,2],[3]]", Fuel::INLINE);
        assert!(
            evaluated.ticks <= Fuel::INLINE.ticks,
            "{name} spent {}",
            evaluated.ticks
        );
    }
}

#[test]
fn endless_expressions_are_stopped_and_not_caught() {
    for source in [
        "def f: f; f",
        "[try repeat(1) catch 1]",
        "[repeat(1)?]",
        "(def f: f; f) // 1",
        "[range(1e12)]",
    ] {
        let failure = on_big_stack(move || eval_with(source, "null", Fuel::HEAVY).result.unwrap_err());
        assert!(matches!(failure, Failure::Stopped(_)), "{source}: {failure:?}");
    }
}

#[test]
fn functions_that_see_the_machine_are_denied() {
    for source in [
        "env",
        "halt",
        "halt_error",
        "halt_error(3)",
        "input",
        "inputs",
        "debug",
        "debug(1)",
        "stderr",
        "localtime",
        "strflocaltime(\"%Y\")",
        "input_filename",
    ] {
        let problems = check(source).unwrap_err();
        assert_eq!(problems[0].code, "function_denied", "{source}");
    }
    for source in ["__tick", "__table", "__e0", "debug_empty", "stderr_empty"] {
        assert_eq!(check(source).unwrap_err()[0].code, "unknown_function", "{source}");
    }
    assert!(check("import \"a\" as a; 1").is_err());
    assert!(check("include \"a\"; 1").is_err());
    // Unknown variables are left to the compiler of the plan, which knows the scope.
    assert!(check("$ENV").unwrap().names.free.contains("$ENV"));
}

#[test]
fn no_ambient_native_reaches_the_compiler() {
    let names: Vec<&str> = natives::all().iter().map(|(name, ..)| *name).collect();
    for ambient in [
        "env",
        "halt",
        "debug_empty",
        "stderr_empty",
        "localtime",
        "strflocaltime",
        "input",
        "inputs",
    ] {
        assert!(!names.contains(&ambient), "{ambient}");
    }
    assert_eq!(names.iter().filter(|name| **name == "now").count(), 1);
    assert_eq!(names.iter().filter(|name| **name == "range").count(), 1);
}

#[test]
fn deep_expressions_are_refused_before_they_are_parsed() {
    for source in [
        "(".repeat(3000),
        "[".repeat(60) + &"]".repeat(60),
        "1+".repeat(2000) + "1",
        "-".repeat(4000) + "1",
        "try ".repeat(1000) + "1",
        "1|".repeat(2000) + "1",
        format!("\"{}1{}\"", "\\(\"".repeat(60), "\")".repeat(60)),
        "x".repeat(9000),
    ] {
        assert!(check(&source).is_err(), "{}", &source[..20]);
    }
}

#[test]
fn the_deepest_allowed_expression_compiles_on_an_ordinary_thread_and_runs_on_a_big_one() {
    let count = crate::limits::EXPRESSION_DEPTH_MAX - 2;
    for (source, expected) in [
        ("1+".repeat(count) + "1", (count + 1).to_string()),
        ("1|".repeat(count) + "1", "1".to_owned()),
        ("-".repeat(count) + "1", "1".to_owned()),
        ("try ".repeat(count) + "1", "1".to_owned()),
        (
            "if 1 then ".repeat(count) + "1" + &" end".repeat(count),
            "1".to_owned(),
        ),
        (
            "{a:".repeat(47) + "1" + &"}".repeat(47),
            "{\"a\":".repeat(47) + "1" + &"}".repeat(47),
        ),
    ] {
        check(&source).unwrap();
        let programs = Programs::compile(&[source], &[]).unwrap();
        // Inline it may ask for the big stack, but must not overflow.
        let _ = programs.evaluate(0, Val::Null, [], Fuel::INLINE, 0);
        let result = on_big_stack(move || programs.evaluate(0, Val::Null, [], Fuel::HEAVY, 0).result);
        assert_eq!(
            String::from_utf8(result.unwrap().to_json_bytes()).unwrap(),
            expected
        );
    }
}

#[test]
fn plain_forms_are_recognized() {
    let path = |root: Option<&str>, keys: &[&str]| Form::Path {
        root: root.map(str::to_owned),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    };
    assert_eq!(check(".").unwrap().form, path(None, &[]));
    assert_eq!(check(".a.b").unwrap().form, path(None, &["a", "b"]));
    assert_eq!(check("$input.x").unwrap().form, path(Some("$input"), &["x"]));
    assert_eq!(check(".[\"a b\"]").unwrap().form, path(None, &["a b"]));
    assert_eq!(check(".a?").unwrap().form, Form::Program);
    assert_eq!(check(".[0]").unwrap().form, Form::Program);
    assert_eq!(
        check("1").unwrap().form,
        Form::Constant(Value::from_serde(&1.into()).unwrap())
    );
    assert_eq!(
        check("\"x\"").unwrap().form,
        Form::Constant(Value::from_text("x").unwrap())
    );
}

#[test]
fn many_expressions_share_one_program() {
    let sources: Vec<String> = (0..100).map(|at| format!(". + {at} + $x")).collect();
    let programs = Programs::compile(&sources, &["$x".to_owned()]).unwrap();
    for at in [0, 31, 32, 63, 64, 99] {
        let one = |int| Val::Num(jaq_json::Num::Int(int));
        let result = programs
            .evaluate(at, one(1), [one(1000)], Fuel::INLINE, 0)
            .result
            .unwrap();
        assert_eq!(result.to_serde(), serde_json::json!(1001 + at));
    }
}
