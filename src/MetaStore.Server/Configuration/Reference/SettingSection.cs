using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Reference;

/// <summary>A section of docs/configuration.md.</summary>
/// <param name="Prefix">Path that its settings begin with.</param>
/// <param name="Title">Heading.</param>
/// <param name="Note">A sentence below the heading, in Markdown; empty = none.</param>
internal sealed record SettingSection(string Prefix, string Title, string Note = "")
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<SettingSection> All { get; } =
    [
        new("server", "Member"),
        new("server.cluster", "Cluster", "Read when the data directory is created; later only `strict_reconfig_check`, `max_learners` and `auto_promote_learners` count."),
        new("server.tls.client", "TLS for clients", "The path of a file is read at the start; the file itself is read again within 2 s when it changes. See [security](security.md)."),
        new("server.tls.peer", "TLS and proofs between members", "Files are read again within 2 s when they change. See [security](security.md#between-members)."),
        new("server.tls", "TLS of both"),
        new("server.raft", "Raft"),
        new("server.raft.batch", "Batching", "Names for `metactl batch set` and the admin service: [batching settings](batching-settings.md). What each does: [batching](batching.md)."),
        new("server.raft.admission", "Admission", "`metactl admission set` changes one member until its restart."),
        new("server.storage", "Storage", "Which engine: [engines](engines.md)."),
        new("server.upkeep", "Compaction, checks and leases"),
        new("server.limits", "Limits"),
        new("server.watch", "Watches"),
        new("server.auth", "Users and tokens", "Users and roles are in the store, not in the configuration: [users](users.md)."),
        new("server.dashboard", "Dashboard"),
        new("server.log", "Log and metrics"),
        new("server.tracing", "Traces", "Where they go and what is in them: [operations](operations.md#traces)."),
    ];

    /// <summary>The section of a setting: the one with the longest prefix.</summary>
    /// <exception cref="InvalidOperationException">The setting begins a tree that has no section.</exception>
    public static SettingSection Of(Setting setting)
    {
        SettingSection section = All.Where(one => setting.Path.StartsWith(one.Prefix + ".", StringComparison.Ordinal)).MaxBy(one => one.Prefix.Length)!;
        return section.Prefix != "server" || setting.Path.Count(at => at == '.') == 1
            ? section
            : throw new InvalidOperationException($"{setting.Path} has no section in the reference");
    }
}
