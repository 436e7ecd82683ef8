namespace MetaStore.Server.Configuration;

/// <summary>An error in the configuration.</summary>
/// <param name="Where">Flag, variable or file and path of the setting.</param>
/// <param name="Value">Its value; null when the setting itself is the error.</param>
/// <param name="Why">A clause that continues from the value.</param>
/// <param name="Example">A value that would be accepted; null when there is none.</param>
public sealed record ConfigurationError(string Where, string? Value, string Why, string? Example)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Where + (Value is null ? ": " : $" = \"{Value}\": ") + Why + (Example is null ? "" : $" (for example {Example})");
}
