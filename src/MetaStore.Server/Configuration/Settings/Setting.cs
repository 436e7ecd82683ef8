using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>A configuration setting: its names, its parser and its meaning.</summary>
internal sealed record Setting
{
    /// <summary>Flag without dashes; the environment name and etcd's YAML key are derived from it.</summary>
    public required string Flag { get; init; }

    /// <summary>Path in our own YAML, for example <c>server.raft.batch.policy</c>.</summary>
    public required string Path { get; init; }

    /// <summary>One sentence for <c>--help</c> and <c>configs/config.yaml</c>.</summary>
    public required string Meaning { get; init; }

    /// <summary>Unit and permitted values, for display.</summary>
    public required string Range { get; init; }

    /// <summary>A value that is accepted.</summary>
    public required string Example { get; init; }

    /// <summary>True when a bare flag means "true".</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Other names that some etcd versions have for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True when a bare integer under etcd's key in a file counts nanoseconds, as etcd writes durations there.</summary>
    public bool CountsNanosecondsInFiles { get; init; }

    /// <summary>Stores a value; returns the reason why it was rejected, or null.</summary>
    public required Func<MetaStoreOptions, string, string?> Assign { get; init; }

    /// <summary>Formats the value as it would be written.</summary>
    public required Func<MetaStoreOptions, string> Show { get; init; }

    /// <summary>The setting with additional etcd names.</summary>
    public Setting Also(params string[] aliases) => this with { Aliases = aliases };

    /// <summary>Second half of the environment names: ETCD_{this} and METASTORE_{this}.</summary>
    public string EnvironmentSuffix => Flag.Replace('-', '_').ToUpperInvariant();
}
