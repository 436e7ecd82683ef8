using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Packaging;

/// <summary>The client's packages from this build, and a console program that references nothing else. Deleted at the end.</summary>
internal sealed class PackedClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The configuration of the tests' own build, so that packing has little to build.</summary>
    private static readonly string Configuration =
        AppContext.BaseDirectory.Contains("/release", StringComparison.Ordinal) ? "Release" : "Debug";

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-package").FullName;

    /// <summary>Folder of the packages.</summary>
    public string Packages => Path.Combine(_folder, "packages");

    /// <summary>Folder of the built program.</summary>
    public string Output => Path.Combine(_folder, "program", "bin");

    /// <summary>Packs MetaStore.Protocol and MetaStore.Client for all target frameworks.</summary>
    public async Task PackAsync()
    {
        foreach (var project in (string[])["MetaStore.Protocol", "MetaStore.Client"])
        {
            await DotnetAsync("pack", Path.Combine(Programs.SourceTree, "src", project), "-c", Configuration, "-o", Packages, "-v", "quiet", "-nologo");
        }
    }

    /// <summary>Builds a program of one file. Its dependencies come from the packages and the usual sources.</summary>
    public async Task BuildAsync(string code)
    {
        var program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

        // A separate packages folder: the version of the packages is always the same, and the next run must not use those of this one.
        await File.WriteAllTextAsync(Path.Combine(program, "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreAdditionalProjectSources>{Packages}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{Path.Combine(_folder, "unpacked")}</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MetaStore.Client" Version="*" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), code);
        await DotnetAsync("build", program, "-o", Output, "-v", "quiet", "-nologo");
    }

    /// <summary>Runs the program; returns its output.</summary>
    public Task<string> RunAsync(params string[] arguments) => DotnetAsync([Path.Combine(Output, "Program.dll"), .. arguments]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> DotnetAsync(params string[] arguments)
    {
        await using var process = ServerProcess.Start("dotnet", arguments);
        var code = await process.WaitForExitAsync(Limit);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)}: {code}\n{process.Output}");
        return process.Output;
    }
}
