using System.CommandLine;

namespace MetaStore.Cli.Commands;

/// <summary>What somebody who knows etcdctl may type and metactl does not have: refused with a line that says why and what to do.</summary>
internal static class EtcdctlWords
{
    private const string NoUsers = "there are no users, roles and passwords yet; every client may do everything";
    private const string NoTls = "there is no TLS yet; connections are never encrypted";
    private const string NoTuning = "metactl does not have it, and needs none: leave it out";

    private static readonly (string Name, string Why)[] Verbs =
    [
        ("auth", NoUsers),
        ("user", NoUsers),
        ("role", NoUsers),
        ("make-mirror", "metactl does not have it; etcdctl make-mirror works with MetaStore"),
        ("migrate", "there is no v2 store to migrate from; metactl import makes keys of a directory of files"),
        ("downgrade", "there is no older release to go to"),
        ("completion", "metactl does not have it; metactl \"[suggest]\" completes words for dotnet-suggest"),
        ("options", "metactl --help lists them"),
    ];

    private static readonly (string Name, string Why)[] Flags =
    [
        ("--user", NoUsers),
        ("--password", NoUsers),
        ("--cacert", NoTls),
        ("--cert", NoTls),
        ("--key", NoTls),
        ("--insecure-skip-tls-verify", NoTls),
        ("--insecure-transport", NoTls),
        ("--insecure-discovery", NoTuning),
        ("--discovery-srv", "name the members with --endpoints"),
        ("--dial-timeout", "--command-timeout covers connecting"),
        ("--keepalive-time", NoTuning),
        ("--keepalive-timeout", NoTuning),
        ("--debug", NoTuning),
        ("--hex", "-w json shows bytes as base64, -w fields quotes them"),
    ];

    /// <summary>Adds the words to the root; none is shown in the help.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var (name, why) in Verbs)
        {
            root.Subcommands.Add(Refused(name, why));
        }

        root.Subcommands.Single(verb => verb.Name == "check").Subcommands.Add(
            Refused("datascale", "metactl does not have it; check perf measures speed, endpoint status shows sizes"));
        foreach (var (name, why) in Flags)
        {
            var flag = new Option<string?>(name) { Hidden = true, Recursive = true, Arity = ArgumentArity.ZeroOrOne };
            flag.Validators.Add(found => found.AddError($"{name}: {why}"));
            root.Options.Add(flag);
        }
    }

    private static Command Refused(string name, string why)
    {
        var command = new Command(name) { Hidden = true, TreatUnmatchedTokensAsErrors = false };
        command.SetOfflineAction((_, _) => throw new UsageException($"{name}: {why}"));
        return command;
    }
}
