namespace MetaStore.Cli.Reference;

/// <summary>A flag, as shown in a reference.</summary>
/// <param name="Name">With its dashes: "--write-out".</param>
/// <param name="Letter">The short form, "-w"; null when there is none.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Value">What follows it.</param>
/// <param name="Default">The value without the flag; null when there is none worth showing.</param>
internal sealed record FlagEntry(string Name, string? Letter, string Summary, ValueEntry Value, string? Default)
{
    /// <summary>"-w" and "--write-out".</summary>
    public IEnumerable<string> Forms => Letter is null ? [Name] : [Letter, Name];
}
