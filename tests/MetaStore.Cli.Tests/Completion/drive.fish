# Prints what the script $argv[1] completes for each line of the file $argv[2], one line each.
source $argv[1]
while read -l line
    echo (complete -C "$line" | string replace -r '\t.*' '')
end <$argv[2]
