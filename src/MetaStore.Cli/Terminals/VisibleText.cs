namespace MetaStore.Cli.Terminals;

/// <summary>Text from outside, such as keys and names in certificates, for a line of a terminal.</summary>
internal static class VisibleText
{
    /// <summary>The text with U+FFFD for control characters, which could change the terminal.</summary>
    public static string Of(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\ufffd' : letter));
}
