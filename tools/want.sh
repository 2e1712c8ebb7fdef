#!/bin/sh
# Checks an argument of make. Usage: want.sh KIND NAME [allowed value...]; the value is in the environment.
# KIND is one-of or file. With the suffix -if-given the argument may be omitted. An empty value is refused.
kind=$1 name=$2
shift 2
eval "given=\${$name+yes} value=\${$name-}"

refuse() {
    echo "make: $1" >&2
    exit 2
}

if [ -z "$given" ]; then
    case $kind in
        *-if-given) exit 0 ;;
        file) refuse "$name is not given: say $name=path/of/a/file" ;;
        *) refuse "$name is not given: say $name=$1$([ $# -gt 1 ] && shift && printf ' or %s=%s' "$name" "$@")" ;;
    esac
fi
[ -n "$value" ] || refuse "$name is empty: give it a value, or leave it out where it may be left out"

case $kind in
    one-of*)
        for allowed in "$@"; do [ "$value" = "$allowed" ] && exit 0; done
        refuse "$name=$value is not known; allowed: ${*:-nothing yet}"
        ;;
    file*)
        [ -f "$value" ] && [ -r "$value" ] || refuse "$name=$value is not a file that can be read"
        ;;
esac
