namespace MetaStore.Server.Configuration;

/// <summary>One thing wrong with the configuration.</summary>
/// <param name="Where">Flag, variable or file and path that holds the value.</param>
/// <param name="Value">What stands there; null when the place itself is the fault.</param>
/// <param name="Why">A clause that goes on from the value.</param>
/// <param name="Example">Something that would be accepted there; null when nothing would.</param>
public sealed record ConfigurationError(string Where, string? Value, string Why, string? Example)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Where + (Value is null ? ": " : $" = \"{Value}\": ") + Why + (Example is null ? "" : $" (for example {Example})");
}
