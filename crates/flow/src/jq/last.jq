def toarray: if isarray then . else [.] end;
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def leaf_paths: paths(scalars);
def from_entries:
  def key: if .key != null then .key elif .k != null then .k elif .name != null then .name else .key end
    | if isstring then . else tojson end;
  def value: if has("value") then .value elif has("v") then .v else null end;
  reduce .[] as $entry ({}; . + {($entry | key): ($entry | value)});
def with_entries(f): to_entries | map(f) | from_entries;
def @csv: [.[] | if isstring then "\"" + gsub("\""; "\"\"") + "\"" elif . == null then "" else tostring end]
  | join(",");
def @tsv:
  [.[] | if isstring
    then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
    elif . == null then "" else tostring end]
  | join("\t");
