namespace ReloadedConfiguration;

/// <summary>Options of the sample.</summary>
internal sealed class Greeting
{
    /// <summary>What is printed.</summary>
    public string Text { get; set; } = "";
}
