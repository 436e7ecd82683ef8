namespace MetaStore.Consensus.Rates;

/// <summary>One of the compared loads.</summary>
/// <param name="Name">As the table has it.</param>
/// <param name="InFlight">Entries proposed at once.</param>
/// <param name="PutsPerEntry">Number of puts in one entry.</param>
/// <param name="EntryBytes">Size of an entry.</param>
internal sealed record RateLoad(string Name, int InFlight, int PutsPerEntry, int EntryBytes)
{
    /// <summary>Bytes of an entry that carries one put.</summary>
    public const int PutBytes = 256;

    /// <summary>Bytes of a batch of 256 puts of 256 bytes with keys and lengths, as MetaStore's batcher packs them.</summary>
    public const int BatchBytes = 68_000;

    private const int PutsOfBatch = 256;

    /// <summary>All loads.</summary>
    public static IReadOnlyList<RateLoad> All { get; } =
    [
        new("1 put", 1, 1, PutBytes),
        new("100 puts", 100, 1, PutBytes),
        new("1000 puts", 1000, 1, PutBytes),
        new("1 x 256 puts", 1, PutsOfBatch, BatchBytes),
        new("4 x 256 puts", 4, PutsOfBatch, BatchBytes),
        new("16 x 256 puts", 16, PutsOfBatch, BatchBytes),
    ];
}
