namespace MetaStore.Packaging.Tests;

/// <summary>A console program of one file that uses the packed client. Deleted at the end.</summary>
/// <param name="packages">Where the packages are.</param>
internal sealed class ConsoleProgram(string packages) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-program-").FullName;

    /// <summary>Where the built program is.</summary>
    public string Output => Path.Combine(_folder, "program", "bin");

    /// <summary>Builds it. What it depends on comes from the packages, and from where every other project gets its own.</summary>
    public async Task BuildAsync(string code)
    {
        var program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        await File.WriteAllTextAsync(Path.Combine(program, "Program.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MetaStore.Client" Version="*-*" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), code);
        await Dotnet.RunAsync(["build", program, "-o", Output, "-v", "quiet", "-nologo", .. RestoreFrom.Packages(packages, _folder)]);
    }

    /// <summary>Runs it; what it printed.</summary>
    public Task<string> RunAsync(params string[] arguments) => Dotnet.RunAsync([Path.Combine(Output, "Program.dll"), .. arguments]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
