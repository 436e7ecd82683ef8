using MetaStore.Cli.Commands;
using MetaStore.Cli.Words;

return await Metactl.RunAsync(OwnArguments.Of(args));
