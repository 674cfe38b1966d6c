def matches($re; $flags): __regex($re) | __matches($re; $flags);
def split_matches($re; $flags): __regex($re) | __split_matches($re; $flags);
def split_($re; $flags): __regex($re) | __split($re; $flags);
def strftime($format): __time | __strftime($format);
def strptime($format): __strptime($format);
def todateiso8601: __time | if . >= [] and . < {} then mktime else . end | __todateiso8601;
def fromdateiso8601: __fromdateiso8601;
def join($s):
  [.[] | if . == [][0] then "" elif . >= "" and . < [] then . else tojson end]
  | reduce .[1:][] as $x (.[0] // ""; . + $s + $x);
