using MetaStore.Charts;

// metacharts ROOT: renders every chart in ROOT/perf/charts.json. An error is one line; nothing is written then.
if (args is not [var root])
{
    Console.Error.WriteLine("usage: metacharts ROOT-OF-THE-REPOSITORY");
    return 64;
}

try
{
    var drawn = ChartList.Read(root).Select(spec => (spec.Image, Svg: ChartList.Draw(root, spec))).ToList();
    foreach (var (image, svg) in drawn)
    {
        var path = Path.Combine(root, image);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, svg);
        Console.WriteLine(image);
    }

    return 0;
}
catch (InvalidDataException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 65;
}
