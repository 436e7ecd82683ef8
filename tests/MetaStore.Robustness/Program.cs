using MetaStore.Robustness;

return await Commands.RunAsync(args);
