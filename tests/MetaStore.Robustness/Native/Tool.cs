using System.Diagnostics;

namespace MetaStore.Robustness.Native;

/// <summary>Programs of the operating system, run to their end.</summary>
internal static class Tool
{
    /// <summary>Runs one. Throws <see cref="InvalidOperationException"/> with what it said when it fails.</summary>
    public static void Run(string program, params string[] arguments)
    {
        (int code, string said) = TryRun(program, arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {said}");
        }
    }

    /// <summary>Runs one.</summary>
    /// <returns>Its exit code and everything it said.</returns>
    public static (int Code, string Said) TryRun(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.Result);
    }
}
