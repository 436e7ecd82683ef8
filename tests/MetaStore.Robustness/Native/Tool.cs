using System.Diagnostics;

namespace MetaStore.Robustness.Native;

/// <summary>Runs programs of the operating system and waits for their exit.</summary>
internal static class Tool
{
    /// <summary>Runs one. Throws <see cref="InvalidOperationException"/> with its output when it fails.</summary>
    public static void Run(string program, params string[] arguments)
    {
        (int code, string said) = TryRun(program, arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {said}");
        }
    }

    /// <summary>Runs a program.</summary>
    /// <returns>Its exit code and output.</returns>
    public static (int Code, string Said) TryRun(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.Result);
    }
}
