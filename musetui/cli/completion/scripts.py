"""The scripts, one for each shell. They ask `musetui __complete`, and evaluate nothing of what it says."""

BASH = r"""# Completion of musetui for bash. Load it with:  source <(musetui completion bash)
_musetui() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <("${1/#\~/$HOME}" __complete bash "${COMP_LINE:0:COMP_POINT}" "$1" "$COMP_WORDBREAKS" 2>/dev/null)
    case $kind in
        files) compopt -o default 2>/dev/null ;;
        folders) compopt -o dirnames 2>/dev/null ;;
        open) compopt -o nospace 2>/dev/null ;;
    esac
}
complete -F _musetui musetui
"""

ZSH = r"""#compdef musetui
# Completion of musetui for zsh. Load it with:  source <(musetui completion zsh)
# or keep it as a file named _musetui in a folder of $fpath.
_musetui() {
    local -a lines
    local kind
    lines=("${(@f)$("${words[1]/#\~/$HOME}" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    kind=$lines[1]
    shift lines
    case $kind in
        files) compset -P '*='; _files ;;
        folders) compset -P '*='; _files -/ ;;
        open) _describe -V musetui lines -S '' ;;
        *) (( $#lines )) && _describe -V musetui lines ;;
    esac
}
if [[ ${funcstack[1]-} == _musetui ]]; then _musetui "$@"; else compdef _musetui musetui; fi
"""

FISH = r"""# Completion of musetui for fish. Load it with:  musetui completion fish | source
# or keep it as ~/.config/fish/completions/musetui.fish
function __musetui_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete fish $words[2..-1] "$current" 2>/dev/null)
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    switch "$lines[1]"
        case files
            __fish_complete_path "$path" | string replace -r -- '^' "$option"
        case folders
            __fish_complete_directories "$path" | string replace -r -- '^' "$option"
        case '*'
            string join \n -- $lines[2..-1]
    end
end
complete -c musetui -f -a '(__musetui_complete)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
