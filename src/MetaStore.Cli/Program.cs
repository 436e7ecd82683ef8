using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

return await Metactl.RunAsync(OwnArguments.Of(args));
