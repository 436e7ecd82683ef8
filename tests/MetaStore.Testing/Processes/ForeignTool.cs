using System.Diagnostics;
using System.Text;

namespace MetaStore.Testing.Processes;

/// <summary>Runs a program of another language, in the folder of the clients' scripts, and returns its output.</summary>
public static class ForeignTool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>Debian's interpreter, for which its packages are installed, independent of PATH.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>Folder of the clients' scripts.</summary>
    public static string Folder { get; } = Path.Combine(Programs.SourceTree, "tests", "foreign");

    /// <summary>Runs a program to its end. Throws <see cref="TimeoutException"/>, and kills it with its children, after two minutes.</summary>
    /// <returns>Its exit code, and its standard output followed by its standard error.</returns>
    public static Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment) =>
        RunAsync(program, arguments, static _ => { }, environment);

    /// <summary>The same, with a callback for each line of its standard output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, Action<string> onLine, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var output = ReadLinesAsync(process.StandardOutput, onLine, patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {s_patience}");
        }
    }

    /// <summary>Whether a program can be started and exits with 0.</summary>
    public static async Task<bool> WorksAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, arguments)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> ReadLinesAsync(StreamReader output, Action<string> onLine, CancellationToken patience)
    {
        var all = new StringBuilder();
        while (await output.ReadLineAsync(patience) is { } line)
        {
            all.Append(line).Append('\n');
            onLine(line);
        }

        return all.ToString();
    }
}
