namespace MetaStore.Cli.Comparing.Running;

/// <summary>How load is put on a cluster.</summary>
internal sealed record LoadOptions
{
    /// <summary>What keys start with.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether puts go to all members in turn instead of the leader alone.</summary>
    public bool Spreads { get; init; }

    /// <summary>Whether the history of all keys is given up before each load.</summary>
    public bool Compacts { get; init; }

    /// <summary>Length of the warm-up and of the looks at the machine beside the usual one; small only where measurements are so short that figures do not matter.</summary>
    public double Pace { get; init; } = 1;
}
