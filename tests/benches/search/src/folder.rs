//! The objects of the store as files, so that another process can begin with them.

use futures::TryStreamExt;
use object_store::path::Path as Location;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use std::error::Error;
use std::path::Path;

pub async fn write(store: &dyn ObjectStore, folder: &Path) -> Result<(), Box<dyn Error>> {
    let objects: Vec<ObjectMeta> = store.list(None).try_collect().await?;
    for object in objects {
        let file = folder.join(object.location.as_ref());
        std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
        std::fs::write(file, store.get(&object.location).await?.bytes().await?)?;
    }
    Ok(())
}

/// Says whether there was anything.
pub async fn read(store: &dyn ObjectStore, folder: &Path) -> Result<bool, Box<dyn Error>> {
    let mut folders = vec![folder.to_owned()];
    let mut is_any = false;
    while let Some(next) = folders.pop().filter(|next| next.exists()) {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let location = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            store.put(&Location::parse(location)?, std::fs::read(path)?.into()).await?;
            is_any = true;
        }
    }
    Ok(is_any)
}
