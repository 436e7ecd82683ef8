namespace MetaStore.Cli.Comparing.Running;

/// <summary>How load is generated.</summary>
internal sealed record LoadOptions
{
    /// <summary>Prefix of the keys.</summary>
    public required string Prefix { get; init; }

    /// <summary>True sends puts to all members in turn instead of only to the leader.</summary>
    public bool Spreads { get; init; }

    /// <summary>True compacts the history of all keys before each load.</summary>
    public bool Compacts { get; init; }

    /// <summary>Factor on the length of the warm-up and of the machine checks; small only where measurements are so short that figures do not matter.</summary>
    public double Pace { get; init; } = 1;
}
