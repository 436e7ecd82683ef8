namespace MetaStore.Robustness.Tests.Load;

/// <summary>One write as seen by its caller.</summary>
/// <param name="Key">Written by this call only.</param>
/// <param name="Value">Unique.</param>
/// <param name="Revision">Revision of the response, or 0 when the call failed and its outcome is unknown.</param>
internal readonly record struct WriteRecord(string Key, string Value, long Revision)
{
    /// <summary>True when the store acknowledged the write.</summary>
    public bool Acknowledged => Revision > 0;
}
