using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>The requirements for every engine, on one whose pages are in files.</summary>
public sealed class StoringEngineConformanceTests : EngineCheckpointConformance
{
    private readonly List<string> _folders = [];

    public override void Dispose()
    {
        base.Dispose();
        foreach (var folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    protected override IStorageEngine Create()
    {
        var folder = Directory.CreateTempSubdirectory("metastore-pages-").FullName;

        // The base class creates the first engine before the fields of this one exist.
        (_folders ?? []).Add(folder);
        return new StoringEngine(folder);
    }
}
