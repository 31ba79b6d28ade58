#!/bin/bash
# moc 6.4.2 (Debian 12's qt6-base-dev-tools; 6.8.2 of Debian 13 does the same). A raw string literal with a quoted URL in it, as
# a message in JSON of a test has, makes moc lose the class around it. It is as if the literal ended at the second quote: the
# URL's two slashes begin a comment then, and the closing brace on that line is gone. moc says nothing and returns 0; a class of
# tests may then simply not run. A URL without quotes, and quotes without a URL, are read well.
#
# Seen: without quotes -> First Second; quoted -> Second; exit 0 both times
set -euo pipefail
wanted=6.4.2
moc=/usr/lib/qt6/libexec/moc
have=$(dpkg-query -W -f='${Version}' qt6-base-dev-tools 2>/dev/null || true)
[[ $have == "$wanted"* && -x $moc ]] || { echo "wants Debian's qt6-base-dev-tools $wanted" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# classes_with LITERAL: those that moc knows of a file in which First has that literal.
classes_with() {
    cat >"$work/two.cpp" <<CPP
#include <QObject>
class First : public QObject {
    Q_OBJECT
    const char* address() { return $1; }
};
class Second : public QObject {
    Q_OBJECT
};
CPP
    "$moc" -o "$work/two.moc" "$work/two.cpp" || { echo "moc ended with $?"; return; }
    grep -oE '^Q_CONSTINIT const QMetaObject (First|Second)::' "$work/two.moc" | sed -E 's/.* (.*)::/\1/' | paste -sd' '
}

seen="without quotes -> $(classes_with 'R"(http://127.0.0.1/)"'); quoted -> $(classes_with 'R"({"url":"http://127.0.0.1/"})"')"
echo "moc $have: $seen"
[[ $seen == 'without quotes -> First Second; quoted -> Second' ]] || { echo 'the behaviour has changed'; exit 1; }
