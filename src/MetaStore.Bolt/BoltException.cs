namespace MetaStore.Bolt;

/// <summary>A file is not a bbolt file, or is damaged. The message says which page and what is wrong with it.</summary>
public sealed class BoltException : Exception
{
    internal BoltException(ulong page, string reason)
        : base($"page {page}: {reason}") => Page = page;

    /// <summary>Number of the page: its offset divided by the page size.</summary>
    public ulong Page { get; }
}
