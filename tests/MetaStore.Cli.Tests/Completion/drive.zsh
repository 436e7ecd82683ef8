# Types each line of the file $2 into an interactive zsh that has the script $1, presses the completion key, and prints the line as it is then.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -Uz compinit && compinit -u -D && source $1; show() { zle complete-word; print -r -- \"<<\$BUFFER>>\"; zle kill-whole-line }; zle -N show; bindkey '^T' show; print rea''dy"
zpty -r shell out '*ready*'
while IFS= read -r line; do
    zpty -w -n shell "$line"$'\x14'
    zpty -r shell out '*<<*>>*'
    print -r -- "${${out##*<<}%%>>*}"
done <$2
zpty -d shell
