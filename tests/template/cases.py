"""Templates that are rendered by Jinja2 and by ours. One string is one template; its variables are those of VARIABLES."""

VARIABLES = {"x0": 0.1, "n": 7, "name": "a b", "flag": True, "nothing": None, "big": 1e16, "small": 1e-05, "word": "Köln"}

EXPRESSIONS = r"""
1
1.0
1.5e3
1e5
1_000
0x1F
0o17
0b101
007|int
-5
- -5
+5
-2 ** 2
2 ** 3 ** 2
2 ** -1
2 ** 0.5
7 / 2
6 / 2
7 // 2
-7 // 2
7 // -2
7.5 // 2
-7.5 // 2
7 % 3
-7 % 3
7 % -3
7.5 % 2
-7.5 % 2
1 + 2 * 3
(1 + 2) * 3
1 + 2 ~ 3
1 ~ 2 + 3
"a" ~ 1 ~ 2.0 ~ none ~ true
1 - 2 - 3
10 / 4 * 2
2 * 3 % 4
3 * 1.5|int
(3 * 1.5)|int
"a" * 3
3 * "ab"
[1] * 2
"a" + "b"
[1] + [2]
(1,) + (2,)
true + true
1 / 0
1 // 0
1 % 0
1.0 / 0
0 ** -1
"a" + 1
1 + "a"
[1] + (1,)
-"a"
none + 1
1e308 * 10
0.1 + 0.2
1e16
1e15
123456789.123
1e-4
1e-5
1e22
100000000000000000000.0
1.0e10
5e-324
-0.0
true
True
false
none
None
"x"
'x'
"a'b"
'a"b'
"a\nb"
"a\tb"
"\x41"
"\u00e9"
"a" "b"
"\d"
[1, 2.0, "a", none, true]
["it's", 'say "x"', 'b\'"', "tab\t", "nl\n", "\\"]
(1, 2)
(1,)
()
[]
{}
{"a": 1, "b": [1, 2]}
{1: 2, 1.0: 3}
{"a": {"b": {"c": 1}}}.a.b.c
1, 2
{"a": 1,}
[1, 2,]
1 == 1.0
1 == true
"a" == "a"
1 == "1"
1 != 2
1 < 2
1 < 2 < 3
1 < 3 < 2
1 <= 1 <= 1
3 > 2 > 1
1 < "a"
"a" < "b"
[1, 2] < [1, 3]
(1, 2) < (1, 2, 3)
[1] == [1.0]
{"a": 1} == {"a": 1.0}
none == none
none < 1
1 in [1, 2]
3 not in [1, 2]
"a" in "abc"
"a" in {"a": 1}
1 in {"a": 1}
1 in "abc"
1 in 5
2 in range(3)
2.5 in range(3)
not true
not not 1
true and false
1 and 2
0 and 2
0 or 3
"" or "b"
1 or 1 / 0
not 1 == 2
1 if true else 2
1 if false else 2
1 if false
"a" if x0 > 1 else "b" if x0 > 0 else "c"
[1, 2, 3][0]
[1, 2, 3][-1]
[1, 2, 3][5]
[1, 2, 3][1:]
[1, 2, 3][:2]
[1, 2, 3][::-1]
[1, 2, 3, 4][1:3]
[1, 2, 3, 4][::2]
[1, 2, 3, 4][-2:]
[1, 2, 3][::0]
"hello"[1]
"hello"[1:3]
"hello"[::-1]
"hello"[-3:]
word[1]
word[::-1]
word|length
(1, 2, 3)[1:]
range(5)[1:3]
range(10)[::3]|list
{"a": 1}["a"]
{"a": 1}["b"]
{"a": 1}.b
{"a": 1}.a
{"items": 1}["items"]
{1: 2}[1]
[1].foo
"abc".foo
5.foo
none.foo
[[1, 2], [3]][0][1]
[1, 2, 3].0
range(3)
range(1, 4)
range(1, 10, 3)
range(10, 0, -3)|list
range(3)|list
range(0)|list
range(3)|length
range(5)[-1]
range(3, 0)|list
range(1, 5, 0)
range("a")
dict(a=1, b=2)
dict([("a", 1)])
dict({"a": 1}, b=2)
"abc".upper()
"ABC".lower()
"hello world".title()
"hello World".capitalize()
"aBc".swapcase()
" a ".strip()
"xxaxx".strip("x")
" a ".lstrip() ~ "|"
"|" ~ " a ".rstrip() ~ "|"
"a b  c".split()
"a,b,,c".split(",")
"a,b,c".split(",", 1)
"a b c".split(none, 1)
" a  b ".split(" ")
"a,b,c".rsplit(",", 1)
"a b c".rsplit(none, 1)
"a\nb\r\nc".splitlines()
"a=b=c".partition("=")
"a=b=c".rpartition("=")
"abc".partition("-")
"-".join(["a", "b"])
"-".join([1])
"aXbX".replace("X", "-")
"aXbX".replace("X", "-", 1)
"ab".replace("", "-")
"abc".startswith("ab")
"abc".endswith(("x", "c"))
"abcabc".find("c")
"abcabc".rfind("c")
"abc".find("z")
"abc".index("z")
"abcabc".count("bc")
"7".zfill(3)
"-7".zfill(4)
"ab".center(6) ~ "|"
"ab".center(7) ~ "|"
"abc".center(6) ~ "|"
"ab".ljust(4, ".")
"ab".rjust(4)
"12".isdigit()
"".isdigit()
"ab1".isalnum()
"ab".isalpha()
"AB".isupper()
"aB".islower()
"  ".isspace()
"x1".isidentifier()
"prefix_a".removeprefix("prefix_")
"a.txt".removesuffix(".txt")
"{} {}".format(1, "a")
"{0} {1} {0}".format(1, 2)
"{a}".format(a=5)
"{:.3f}".format(3.14159)
"{:>5}|".format("ab")
"{:<5}|".format(12)
"{:^7}|".format("ab")
"{:05d}".format(42)
"{:+d}".format(42)
"{:x}".format(255)
"{:#x}".format(255)
"{:b}".format(5)
"{:,}".format(1234567)
"{:,.2f}".format(1234567.891)
"{:e}".format(12345.678)
"{:.2e}".format(0.00012)
"{:g}".format(1e10)
"{:g}".format(0.5)
"{:.3g}".format(1234.5)
"{:%}".format(0.25)
"{:.1%}".format(0.255)
"{:.3}".format(1234.5)
"{:.2}".format("abc")
"{!r}".format("a")
"{{}}".format()
"{0[1]}".format([1, 2])
"{a[b]}".format(a={"b": 3})
"{:{w}}|".format("a", w=4)
"{}".format()
"{:d}".format(1.5)
"{:d}".format("a")
"{:*^9}".format("mid")
"{:_}".format(1234567)
"{}".format(1.0)
"{:}".format([1, 2])
"{:6.2f}|".format(3.14159)
"%d" % 5
"%5d|" % 5
"%-5d|" % 5
"%05d" % 42
"%+d" % 5
"%.2f" % 3.14159
"%8.3f|" % 3.14159
"%e" % 12345.678
"%g" % 0.0001
"%g" % 1e-5
"%s %s" % (1, "a")
"%s" % [1, 2]
"%r" % "a"
"%x" % 255
"%o" % 8
"%5s|%-5s|" % ("a", "b")
"%%" % ()
"%(a)s-%(b)d" % {"a": 1, "b": 2}
"%d" % 3.9
"%d" % "a"
"%s" % ("a", "b")
"%s %s" % "a"
"%c" % 65
"%.3s" % "abcdef"
"%03d" % 7
"%f" % 1
"%s" % none
"%s" % true
"%i" % 5
"a" % 1
[3, 1, 2]|sort
["b", "A", "c"]|sort
["b", "A", "c"]|sort(case_sensitive=true)
[3, 1, 2]|sort(reverse=true)
[{"a": 2}, {"a": 1}]|sort(attribute="a")
[1, "a"]|sort
[3, 1, 2]|max
[3, 1, 2]|min
[]|max
[1, 2, 3]|sum
[1.5, 2]|sum
[{"a": 1}, {"a": 2}]|sum(attribute="a")
[1, 2]|sum(start=10)
["a"]|sum
[1, 2, 3]|first
[1, 2, 3]|last
[]|first
"abc"|first
[1, 2, 3]|length
"abc"|count
5|length
none|length
{"a": 1}|length
[1, 2]|join(", ")
[1, 2]|join
[{"a": 1}, {"a": 2}]|join("-", attribute="a")
"abc"|join("-")
[1, 2, 3]|reverse|list
"abc"|reverse
[1, 1, 2]|unique|list
["a", "A", "b"]|unique|list
"abc"|list
{"a": 1, "b": 2}|list
{"b": 1, "a": 2}|dictsort
{"b": 1, "a": 2}|dictsort(by="value")
{"b": 1, "a": 2}|dictsort(reverse=true)
{"a": 1}|items|list
{"a": 1}.items()
{"a": 1}.keys()
{"a": 1}.values()
{"a": 1}.items()|list
{"a": 1}.keys()|list
{"a": 1}.get("a")
{"a": 1}.get("b")
{"a": 1}.get("b", 5)
{"a": 1, "b": 2}.keys()|list|join(",")
[1, 2, 3]|map("string")|join(",")
["a", "b"]|map("upper")|list
[{"a": 1}, {"a": 2}]|map(attribute="a")|list
[{"a": 1}, {}]|map(attribute="a", default=0)|list
[{"a": {"b": 1}}]|map(attribute="a.b")|list
[[1, 2], [3, 4]]|map(attribute=1)|list
[[1, 2], [3, 4]]|map("sum")|list
[1, 2, 3, 4]|select("odd")|list
[1, 2, 3, 4]|reject("odd")|list
[0, 1, "", "a"]|select|list
[1, 2, 3, 4]|select("gt", 2)|list
[1, 2, 3, 4]|select(">", 2)|list
[{"a": 1}, {"a": 2}]|selectattr("a", "equalto", 2)|list
[{"a": 0}, {"a": 2}]|selectattr("a")|list
[{"a": 1}, {"a": 2}]|rejectattr("a", "equalto", 2)|list
[{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 2, "b": 4}]|groupby("a")|map("first")|list
[1, 2, 3, 4, 5]|batch(2)|list
[1, 2, 3, 4, 5]|batch(2, 0)|list
[1, 2, 3, 4, 5]|slice(2)|list
[1, 2, 3, 4, 5]|slice(3, 0)|list
"hello"|upper
"HELLO"|lower
"hello world"|title
"hello-world foo"|title
"hello World"|capitalize
" a "|trim ~ "|"
"xax"|trim("x")
"ab"|center(6) ~ "|"
"a-b"|replace("-", "+")
"aaa"|replace("a", "b", 2)
"%.2f"|format(3.14159)
"%s-%s"|format(1, 2)
"%(a)s"|format(a=1)
"%d items"|format(n)
"a\nb"|indent
"a\nb"|indent(2, true)
"a\n\nb"|indent(2)
"a\n\nb"|indent(2, blank=true)
"hello big world"|truncate(9)
"hello big world"|truncate(9, true)
"hello big world"|truncate(9, true, "!")
"hello"|truncate(9)
"hello big world"|truncate(9, false, "..", 0)
"a b c"|wordcount
"<a href='x'>&\"</a>"|escape
"<"|e
"a"|safe
{"b": 1, "a": [true, none, 1.5, "x<y"]}|tojson
[1, {"a": 2}]|tojson(indent=2)
"é"|tojson
[]|tojson(2)
"5"|int
"5.7"|int
"abc"|int
"abc"|int(3)
"0x1F"|int(0, 16)
"ff"|int(base=16)
5.9|int
-5.9|int
true|int
none|int
"1_000"|int
" 12 "|int
"5.5"|float
"abc"|float
"abc"|float(1.5)
"1e3"|float
5|float
none|float
"nan"|float
-3|abs
-3.5|abs
"a"|abs
2.5|round
3.5|round
2.675|round(2)
1234|round(-2)
1250|round(-2)
1350|round(-2)
1234.567|round(-2)
42.55|round(1)
42.55|round(1, "floor")
42.51|round(0, "ceil")
42|round
42.7|round|int
1.005|round(2)
0.1|round(20)
3|string ~ "a"
[1, 2]|string
x0
n
name
flag
nothing
big
small
word
name|upper
name.split()
x0|round(3)
"%.3f"|format(x0)
x0 * 2
n // 2
n / 2
n % 4
n is odd
n is even
n is divisibleby(7)
n is divisibleby 7
x0 is defined
foo is defined
foo is undefined
foo is not defined
not foo is defined
nothing is none
none is none
flag is true
flag is boolean
1 is true
1 is boolean
1 is integer
true is integer
1.0 is integer
1.0 is float
1 is number
"a" is number
"a" is string
[1] is sequence
"a" is sequence
{} is sequence
{} is mapping
[] is mapping
[1] is iterable
5 is iterable
range is callable
5 is callable
"a" is lower
"A" is upper
1 is sameas 1
1 is sameas true
none is sameas none
1 is eq 1
1 is ==(1)
1 is equalto(2)
1 is ne 2
1 is lt 2
2 is gt 1
1 is le 1
1 is ge 2
1 is in [1, 2]
3 is not in [1, 2]
"upper" is filter
"nope" is filter
"odd" is test
1 is odd and 2 is even
"a" is odd
1 is nope
foo
foo|string
foo ~ "/x"
foo|upper
foo|default(3)
foo|default
foo|d("a", true)
""|default("b")
""|default("b", true)
nothing|default("b")
nothing|default("b", true)
foo|length
foo|join
foo|list
foo|first
foo|sort
foo|sum
foo|items|list
foo|trim
foo|replace("o", "0")
foo == 1
foo == bar
foo != bar
foo in [1]
1 in foo
foo and 1
foo or 1
not foo
[foo]
{"a": foo}
foo.bar
foo["a"]
foo[0]
foo + 1
1 + foo
foo - 1
-foo
foo < 1
foo * 2
foo()
foo(1)
foo.bar()
foo|int
foo|float
foo|round
foo|abs
foo|tojson
foo|format(1)
"%.2f"|format(foo)
"%s"|format(foo)
"%s" % foo
"a" in foo
foo if foo else "no"
{"a": 1}.b.c
{"a": 1}.b + 1
{"a": 1}["b"]|default(2)
[1][3]|default("x")
"x".y.z
namespace(a=1).a
namespace(a=1).b
cycler(1, 2).next()
[1, [2, [3]]]|string
[1, 2] is iterable
x0|nope
1|upper
true|string
1 ~ none
(1 if true else 2) + 1
[i for i in [1]]
{1, 2}
lambda: 1
a b
1 +
(1
[1, 2
"abc
{"a" 1}
1 2
foo..bar
@
1 === 2
x0 = 1
dict(a=1).a
[1, 2, 3]|map("nope")|list
[1]|map|list
"a,b"|replace(",", ";")|upper|list
2 * [1, 2]|length
not [] and not {}
"ab" "cd"|upper
(1)
((1, 2), 3)
[1, 2] == (1, 2)|list
"a" < "B"
"ä" < "z"
3 == 3.0 == true
1e3|int
0.1 + 0.7
1.1 * 3
100 * 1.1
1 / 3
2 / 3|round(2)
10 ** 10
2 ** 62
10 ** -3
1.5 ** 2
5 // 0.3
5 % 0.3
-5 % 0.3
"%.10g" % 0.1
"%5.1f%%" % 99.55
"{:>8.3f}".format(2.5)
"{:08.3f}".format(-2.5)
"{:=+6d}".format(5)
"%+.1e" % 12345
"%#x" % 255
"% d" % 5
"a b/c?d=e&ü"|urlencode
{"a b": 1, "c/d": "x&y"}|urlencode
[("k", "v w"), ("n", 2)]|urlencode
[("k", 1, 2)]|urlencode
12|urlencode
none|urlencode
foo|urlencode
{"id": "a<b", "n": 3, "no": none, "u": foo}|xmlattr
{"id": "x"}|xmlattr(false)
{}|xmlattr
{"a b": 1}|xmlattr
{"a=": 1}|xmlattr
[1]|xmlattr
13|filesizeformat
1|filesizeformat
0|filesizeformat
999|filesizeformat
1000|filesizeformat
1234567|filesizeformat
1234567|filesizeformat(true)
"1e13"|filesizeformat
1e30|filesizeformat
-5|filesizeformat
1023.9|filesizeformat(binary=true)
"x"|filesizeformat
"<a href='x'>"|forceescape
"the quick brown fox jumps"|wordwrap(10)
"the quick brown-fox jumps over--the lazy well-known dog"|wordwrap(12)
"averyveryverylongword and more"|wordwrap(8)
"averyveryverylongword and more"|wordwrap(8, false)
"a long-hyphenated-word here"|wordwrap(8)
"a long-hyphenated-word here"|wordwrap(8, break_on_hyphens=false)
"x-y-z abc--def 12-34-56"|wordwrap(4)
"one\n\ntwo three four five six"|wordwrap(9)
"   indented text that is long enough"|wordwrap(12)
"aaaa bbbb cccc"|wordwrap(4)
"aaa  bbbbbbbbbbb c"|wordwrap(5)
"one two three"|wordwrap(5, wrapstring="|")
"one two three"|wordwrap(0)
""|wordwrap(5)
"Köln ist größer-als es scheint"|wordwrap(9)
"{a}-{b}".format_map({"a": 1, "b": "x"})
"{a}".format_map({"b": 1})
"a\tbc\td".expandtabs()
"a\tbc\td".expandtabs(4)
"a\tb".expandtabs(0)
"Ab Cd".istitle()
"Ab cd".istitle()
"".istitle()
"abc".isascii()
"ü".isascii()
"""

TEMPLATES = [
    "plain",
    "",
    "\n",
    "a\n",
    "a\n\n",
    "a\r\nb\rc\n",
    "{{ 1 }}\n",
    "a {{- 1 -}} b",
    "a {{ 1 }} b",
    "a \n {%- set x = 1 -%} \n b",
    "a\n{%+ set x = 1 +%}\nb",
    "{# comment #}a",
    "a {#- comment -#} b",
    "{# {{ 1 }} #}",
    "{# unclosed",
    "{{ unclosed",
    "{% if true %}",
    "{% raw %}{{ x }}{% endraw %}",
    "a {%- raw -%} {{ x }} {%- endraw -%} b",
    "{% raw %}{% if %}{# #}{% endraw %}",
    "{% raw %} unclosed",
    "{%raw%}a{%endraw%}",
    "{ {a} }",
    "{{ '}}' }}",
    "{{ '{{' }}",
    "{{ {'a': {'b': 1}}.a.b }}",
    "{% set x = 5 %}{{ x }}",
    "{% set x, y = 1, 2 %}{{ x }}{{ y }}",
    "{% set (x, y) = (1, 2) %}{{ x }}{{ y }}",
    "{% set x, y = 1 %}",
    "{% set x, y = [1, 2, 3] %}",
    "{% set x = 1, 2 %}{{ x }}",
    "{% set x %}a{{ 1 }}b{% endset %}{{ x }}",
    "{% set x | upper %}abc{% endset %}{{ x }}",
    "{% set x | upper | replace('A', 'z') %}abc{% endset %}{{ x }}",
    "{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}",
    "{% set ns = namespace() %}{% for i in range(3) %}{% set ns.x = i %}{% endfor %}{{ ns.x }}",
    "{% set d = {} %}{% set d.x = 1 %}",
    "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}",
    "{% if true %}{% set x = 1 %}{% endif %}{{ x }}",
    "{% set true = 1 %}",
    "{% set 1 = 1 %}",
    "{% for i in range(3) %}{{ i }}{% endfor %}",
    "{% for i in range(3) %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}",
    "{% for i in 'abc' %}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
    "{% for i in [1,2,3] %}{{ loop.previtem }}-{{ loop.nextitem }} {% endfor %}",
    "{% for i in range(4) %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for i in [1,1,2] %}{{ loop.changed(i) }}{% endfor %}",
    "{% for i in [] %}x{% else %}empty{% endfor %}",
    "{% for i in foo %}x{% else %}empty{% endfor %}",
    "{% for i in [1,2,3,4] if i % 2 == 0 %}{{ i }}{{ loop.index }}{{ loop.length }}{% endfor %}",
    "{% for i in [1,3] if i % 2 == 0 %}{{ i }}{% else %}none{% endfor %}",
    "{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }};{% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }} {% endfor %}",
    "{% for k in {'a': 1, 'b': 2} %}{{ k }}{% endfor %}",
    "{% for k, v in {'a': 1}|dictsort %}{{ k }}{{ v }}{% endfor %}",
    "{% for k, v in {'a': 1}|items %}{{ k }}{{ v }}{% endfor %}",
    "{% for a, b in [1, 2] %}{% endfor %}",
    "{% for i in 5 %}{% endfor %}",
    "{% for i in none %}{% endfor %}",
    "{% for i in 1, 2 %}{{ i }}{% endfor %}",
    "{% for i in [1,2] %}{% for j in [3,4] %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}",
    "{% for i in [1,2] %}{{ i }}{% endfor %}{{ i }}",
    "{% for i in [1,2] %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}",
    "{% for i in range(3)|reverse %}{{ i }}{% endfor %}",
    "{% for i in [3,1,2]|sort %}{{ i }}{% endfor %}",
    "{% for x in [{'n': 1, 'c': [{'n': 2, 'c': []}]}] recursive %}{{ x.n }}({{ loop(x.c) }}){% endfor %}",
    "{% for x in [[1, [2]], [3]] recursive %}{{ loop.depth }}{% if x is iterable %}[{{ loop(x) }}]{% else %}{{ x }}{% endif %}{% endfor %}",
    "{% for i in [1] %}{{ loop(i) }}{% endfor %}",
    "{% for i in [1] %}{% break %}{% endfor %}",
    "{% for i in [1] %}",
    "{% for in [1] %}{% endfor %}",
    "{% for i of [1] %}{% endfor %}",
    "{% for i in [1] %}{% endif %}",
    "{% for i in range(3) -%}\n  {{ i }}\n{%- endfor %}",
    "{% for i in range(2) %}{{ 'x' if loop.first else 'y' }}{% endfor %}",
    "{% for i in range(3) %}{% if loop.index0 is odd %}o{% else %}e{% endif %}{% endfor %}",
    "{% for i in range(3) %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for x in 'a b'.split() %}{{ x }};{% endfor %}",
    "{% set a, b = 'k v'.split() %}{{ b }}{{ a }}",
    "{% if 1 %}a{% endif %}",
    "{% if 0 %}a{% else %}b{% endif %}",
    "{% if 0 %}a{% elif 1 %}b{% else %}c{% endif %}",
    "{% if foo %}a{% else %}b{% endif %}",
    "{% if [] %}a{% elif {} %}b{% elif '' %}c{% elif 0.0 %}d{% elif none %}e{% else %}f{% endif %}",
    "{% if n == 7 and x0 < 1 %}y{% endif %}",
    "{% if n is odd %}y{% endif %}",
    "{% if %}{% endif %}",
    "{% else %}",
    "{% endif %}",
    "{% nope %}",
    "{% if 1 %}{% for i in [1] %}{% endif %}{% endfor %}",
    "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(b=1, a=2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=1) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, a=3) }}",
    "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}",
    "{% macro m(a=1, b) %}{% endmacro %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}inside{% endcall %}",
    "{% macro m(x) %}[{{ caller(x) }}]{% endmacro %}{% call(y) m(3) %}got {{ y }}{% endcall %}",
    "{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}",
    "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
    "{% macro m(a) -%}\n  {{ a }}\n{%- endmacro %}{{ m(1) }}",
    "{% macro m() %}a{% endmacro %}{{ m()|upper }}",
    "{% macro m() %}a{% endmacro %}{{ m.name }}",
    "{% set l = [] %}{% do l.append(1) %}{% do l.append(2) %}{{ l }}",
    "{% set l = [1, 2] %}{% do l.extend([3]) %}{% do l.insert(0, 0) %}{{ l }}{{ l.pop() }}{{ l.pop(0) }}{{ l }}",
    "{% set l = [3, 1] %}{% do l.sort() %}{% do l.reverse() %}{{ l }}{{ l.index(1) }}{{ l.count(3) }}",
    "{% set l = [1, 2] %}{% do l.remove(2) %}{{ l }}{% do l.clear() %}{{ l }}",
    "{% set l = [1] %}{{ l.append(2) }}{{ l }}",
    "{% set d = {} %}{% do d.update({'a': 1}) %}{% do d.update(b=2) %}{{ d }}",
    "{% set d = {'a': 1} %}{{ d.pop('a') }}{{ d }}{{ d.pop('z', 9) }}",
    "{% set d = {'a': 1} %}{{ d.setdefault('b', 2) }}{{ d }}{% set e = d.copy() %}{% do e.clear() %}{{ d }}{{ e }}",
    "{% set d = {'a': 1} %}{{ d.pop('z') }}",
    "{% set l = [] %}{{ l.pop() }}",
    "{% set l = [1] %}{{ l.remove(5) }}",
    "{% set a = [1] %}{% set b = a %}{% do b.append(2) %}{{ a }}",
    "{% do 1 + 1 %}x",
    "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}",
    "{% filter upper %}abc {{ 'd' }}{% endfilter %}",
    "{% filter replace('a', 'b') | upper %}aa{% endfilter %}",
    "{% print 1 %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{{ 1 }}{{ 2 }}\n{{ 3 }}",
    "{{ foo }} {{foo}} {{  foo  }}",
    "{{ foo -}}   x",
    "a: {{ n }}\nb: {{ x0 }}\n",
    "line 1\n{{ 1 / 0 }}",
    "line 1\nline 2\n{% nope %}",
    "{{ x0|nope }}",
    "\n\n{{ 1 +* }}",
    "{% set x = 3 %}{% set y = x // 2 %}{% for i in range(y) %}p{{ i + x }}: {{ y }}\n{% endfor %}",
    "{% set p = {'a': {'lo': 0, 'hi': 1.5}, 'b': {'lo': -1, 'hi': 1}} %}{% for k in p.keys()|list %}{{ k }}: [{{ p[k].lo }}, {{ p[k]['hi'] }}]\n{% endfor %}",
    "{% set v = [1, 2.5, 'x', none, true] %}{{ v }}",
    "{% set j = joiner(', ') %}{% for i in [1,2,3] %}{{ j() }}{{ i }}{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}",
    "{{ 'a'\n }}\n{{ 1 / 0 }}",
    "{% for i in range(3) %}\n  - name: x{{ i }}\n    bounds: [{{ i }}, {{ i + 1.0 }}]\n{% endfor %}",
    "parameters:\n{%- for i in range(2) %}\n  x{{ i }}: {type: range, bounds: [0, {{ 10 ** i }}]}\n{%- endfor %}\n",
    "{%- set n = 3 -%}\n{{ n }}",
    "{{ name }}/{{ word }}/{{ nothing }}/{{ flag }}",
    "{{ [1, 2, 3]|map('string')|join('+') }} = {{ [1, 2, 3]|sum }}",
    "{{ range(3)|map('float')|list }}",
    "{% set x = foo %}{{ x }}{{ x is defined }}",
    "{% for i in range(2) %}{% set y = i %}{% endfor %}{{ y }}",
    "{% set items = [('a', 1), ('b', 2)] %}{% for k, v in items %}{{ k ~ v }}{{ ',' if not loop.last }}{% endfor %}",
    "{{ 'a' if flag }}{{ 'b' if not flag }}|",
    "{% if x is defined %}{{ x }}{% else %}{{ 'none' }}{% endif %}",
    "{%if flag%}yes{%endif%}",
    "{%-if flag-%} yes {%-endif-%} ",
    "{{ dict(a=1, **{'b': 2}) }}",
    "{{ range(*[1, 4])|list }}",
    "{{ m(1) }}",
    "{% call m() %}{% endcall %}",
    "{% macro m %}{% endmacro %}",
    "{% set %}",
    "{% for i in [1,2,3] recursive %}{{ i }}{% endfor %}",
    "{{ loop }}",
    "{{ caller }}",
    "{% filter nope %}{% endfilter %}",
    "{{ 'a' is in 'abc' }}",
    "}} %} #}",
    "{{}}",
    "{%%}",
    "{{ }}",
    "{% set a = 'x' * 3 %}{{ a }}{{ a|length }}",
    "{% set x = [1,2,3] %}{{ x[1:] }}{{ x[0] }}{{ x|last }}",
    "{{ (n * 1.5)|round(1) }} {{ (n / 3)|round(2, 'floor') }}",
    "{{ '%03d' % n }} {{ '%6.2f' % x0 }} {{ '{:05.1f}'.format(x0) }}",
    "{% block a %}x{% endblock %}",
    "{% block a %}x{% endblock a %}-{{ self.a() }}",
    "{% block a %}x{% endblock b %}",
    "{% block a %}1{% endblock %}{% block a %}2{% endblock %}",
    "{% set v = 1 %}{% block a %}{{ v }}{% set v = 2 %}{{ v }}{% endblock %}{{ v }}",
    "{% for i in range(2) %}{% block a scoped %}{{ i }}{% endblock %}{% endfor %}",
    "{% for i in range(2) %}{% block a %}{{ i is defined }}{% endblock %}{% endfor %}",
    "{% block a %}{% block b %}in{% endblock %}{% endblock %}{{ self.b() }}",
    "{% block a %}{% set w = 1 %}{% block b %}{{ w is defined }}{% endblock %}{% endblock %}",
    "{% if false %}{% block a %}x{% endblock %}{% endif %}[{{ self.a() }}]",
    "{% macro m() %}m{% endmacro %}{% block a %}{{ m() }}{% endblock %}",
    "{% block a required %}{% endblock %}",
    "{% block a %}{{ super() }}{% endblock %}",
    "{% block a %}{{ self.nope is defined }}{% endblock %}",
    "{% block %}x{% endblock %}",
    "{% set d = {'a': 1, 'b': 2} %}{{ d.popitem() }}{{ d }}",
    "{{ {}.popitem() }}",
]


def all_cases():
    lines = [line for line in EXPRESSIONS.strip("\n").split("\n") if line]
    texts = ["{{ " + line + " }}" for line in lines] + TEMPLATES
    return [{"id": f"{number:03d}", "template": text, "variables": VARIABLES} for number, text in enumerate(texts)]
