using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>The dotnet command.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>"Release" or "Debug": what the tests were built as, so that nothing has to be built again.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Name == "release" ? "Release" : "Debug";

    /// <summary>Runs it to its end; what it printed. Fails the test when it ends with another code than 0.</summary>
    public static Task<string> RunAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    /// <summary>The same with another program, as one that dotnet has installed.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments)
    {
        await using var process = ServerProcess.Start(program, arguments);
        var code = await process.WaitForExitAsync(Limit);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {code}\n{process.Output}");
        return process.Output;
    }
}
