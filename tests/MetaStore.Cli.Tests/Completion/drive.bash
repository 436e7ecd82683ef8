# Prints what the script $1 completes for each line of the file $2, as readline calls it: words are split at "=" and ":" too.
source "$1"
while IFS= read -r line; do
    words=${line//=/ = }
    read -ra COMP_WORDS <<<"${words//:/ : }"
    if [[ $line == *[\ =] && ${COMP_WORDS[-1]} != "=" ]]; then COMP_WORDS+=(""); fi
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _metactl
    echo "${COMPREPLY[*]}"
done <"$2"
