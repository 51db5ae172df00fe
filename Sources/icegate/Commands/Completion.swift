import ArgumentParser

struct Completion: ParsableCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        abstract: "Print a script that completes icegate's commands, flags and files in a shell.",
        discussion: """
            Example:
              icegate completion bash
            For this shell alone: source <(icegate completion bash). For good:
              bash  icegate completion bash > ~/.local/share/bash-completion/completions/icegate
              zsh   icegate completion zsh > ~/.zfunc/_icegate, with fpath+=~/.zfunc before compinit
              fish  icegate completion fish > ~/.config/fish/completions/icegate.fish

            Exit status: 0 printed, 64 a shell that is not known.
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        switch shell {
        case .bash: print(Icegate.completionScript(for: .bash))
        case .zsh: print(Icegate.completionScript(for: .zsh))
        case .fish: print(Icegate.completionScript(for: .fish))
        }
    }
}
