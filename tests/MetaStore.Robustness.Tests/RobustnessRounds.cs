namespace MetaStore.Robustness.Tests;

/// <summary>How often a fault is repeated: few times by default, more often on request.</summary>
internal static class RobustnessRounds
{
    /// <summary>The value of an environment variable, or the small default.</summary>
    public static int From(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var rounds) && rounds > 0 ? rounds : usual;
}
